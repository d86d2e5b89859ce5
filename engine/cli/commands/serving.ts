import type { Endpoint } from '../../protocol/serving';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveLine } from '../text/liveLine';
import type { TestServingFlags } from '../program/servedModels';
import { passed, servingText } from '../text/servingText';
import { versionNumber } from '../versionNumber';
import { servedTarget } from './serveFolder';

export interface ServeModelRequest {
  /** `credit-risk@production` */
  readonly target: string;
  readonly port: number;
  /** Absent: a new one; null: none. */
  readonly token?: string | null;
}

/** `modelyard serve-model`: a model over HTTP in the foreground; it follows whoever holds the stage or alias. */
export async function serveModelCommand(invocation: Invocation, request: ServeModelRequest): Promise<number> {
  const { io, options } = invocation;
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  const { target, ...how } = request;
  const { model, at } = servedTarget(target);
  await interruptible(signal =>
    withEngine(place, async client => {
      const endpoint = await client.call('serving/start', { model, at, ...how }, { signal });
      announce(invocation, endpoint);
      let { version, problem, restarts } = endpoint;
      const changes = client.on('serving/changed', () => {
        void client.call('serving/list', {}).then(
          list => {
            const now = list.find(({ id }) => id === endpoint.id);
            if (now === undefined) return;
            if (now.version !== version) io.err(`Version ${now.version} answers now${memoryText(now)}.\n`);
            if (now.problem !== undefined && now.problem !== problem) io.err(`${now.problem}\n`);
            if (now.restarts !== restarts) io.err('It was started again and answers.\n');
            ({ version, problem, restarts } = now);
          },
          () => undefined,
        );
      });
      await new Promise<void>(resolve => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        client.onState(state => {
          if (state === 'idle' || state === 'failed') resolve();
        });
      });
      changes.dispose();
      await client.call('serving/stop', { id: endpoint.id }).catch(() => undefined);
    }),
  );
  return exitCodes.ok;
}

function announce(invocation: Invocation, endpoint: Endpoint): void {
  const { url, token, model, version } = endpoint;
  const header = token === undefined ? '' : ` -H "Authorization: Bearer $MODELYARD_SERVING_TOKEN"`;
  answer(invocation, {
    json: endpoint,
    text: () =>
      [
        token === undefined ? 'No token is asked for.' : `MODELYARD_SERVING_TOKEN=${token}`,
        `Version ${version} of ${model} answers at ${url}/invocations`,
        `curl${header} -H "Content-Type: application/json" -d @serving_input_example.json ${url}/invocations`,
        '',
      ].join('\n'),
  });
}

/** `modelyard test-serving`: 1 when something failed. */
export async function testServingCommand(
  invocation: Invocation,
  { model, version, ...flags }: TestServingFlags & { readonly model: string; readonly version: string },
): Promise<number> {
  const { io, options, colors } = invocation;
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  const request = { model, version: versionNumber(version), ...flags };
  const live = new LiveLine(io);
  const test = await interruptible(signal =>
    withEngine(place, client =>
      client.call('serving/test', request, { signal, onProgress: progress => live.update(progress) }),
    ),
  ).finally(() => live.end());
  answer(invocation, { json: test, text: () => servingText(test, colors.out) });
  return passed(test) ? exitCodes.ok : exitCodes.failed;
}

/** While the next version was loaded the process held both. */
const memoryText = ({ memory }: Endpoint): string =>
  memory === undefined ? '' : `; its process held ${Math.round(memory / 1e6)} MB with both loaded`;
