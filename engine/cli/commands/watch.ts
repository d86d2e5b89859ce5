import type { ClientState, EngineClient } from '../../client/engineClient';
import { ModelyardError } from '../../errors';
import type { PipelineRunId } from '../../protocol/ids';
import type { PipelineRun } from '../../protocol/pipelines';
import type { TriggerEvent, TriggerList } from '../../protocol/triggers';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { withEngine } from '../invocation';
import { plural } from '../../plural';
import { endLine, eventLine, triggersText } from '../text/triggerText';

/**
 * `modelyard watch`: triggers work as long as this runs. Says what they start and what they skip, a line each (with
 * `--json` an object a line). Ends cleanly on SIGTERM and Ctrl+C, and when the engine is stopped; runs that are under way
 * then go on in the engine.
 */
export async function watchCommand(invocation: Invocation): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  return interruptible(signal =>
    withEngine(place, client => new Watch(invocation, client).untilEnd(signal), { signal }),
  );
}

class Watch {
  /** What triggers have started and has not ended. */
  readonly #running = new Map<PipelineRunId, string>();
  /** What is wrong with modelyard.yaml. */
  #problem: string | undefined;
  readonly #invocation: Invocation;
  readonly #client: EngineClient;

  constructor(invocation: Invocation, client: EngineClient) {
    this.#invocation = invocation;
    this.#client = client;
  }

  async untilEnd(signal: AbortSignal): Promise<number> {
    const client = this.#client;
    const subscriptions = [
      client.on('trigger/happened', event => this.#happened(event)),
      client.on('pipeline/changed', ({ run }) => this.#ranOn(run)),
      client.on('config/changed', () => void this.#configured().catch(() => undefined)),
      client.onDidReconnect(() => void client.call('triggers/watch', { on: true }).catch(() => undefined)), // its state says so
    ];
    try {
      this.#began(await client.call('triggers/watch', { on: true }, { signal }));
      const end = await ending(client, signal);
      if (end === 'failed') throw lost();
      if (end === 'idle') this.#say('The engine has been stopped: nothing is watched any more.');
      else this.#left();
      return exitCodes.ok;
    } finally {
      for (const subscription of subscriptions) subscription.dispose();
    }
  }

  /** modelyard.yaml is another one: whether it can be read. */
  async #configured(): Promise<void> {
    const list = await this.#client.call('triggers/list', {});
    if (list.problem === this.#problem) return;
    this.#problem = list.problem;
    if (list.problem === undefined) this.#began(list);
    else if (this.#invocation.options.json === true)
      this.#line({ at: Date.now(), what: 'problem', message: list.problem });
    else this.#invocation.io.out(triggersText(list, this.#invocation.colors.out));
  }

  #began(list: TriggerList): void {
    const { options, io, colors } = this.#invocation;
    this.#problem = list.problem;
    if (options.json === true)
      this.#line({ watching: list.triggers, ...(list.problem !== undefined && { problem: list.problem }) });
    else {
      io.out(triggersText({ ...list, active: true }, colors.out));
      io.out(`Watching ${plural(list.triggers.length, 'trigger')}. Ctrl+C ends it.\n`);
    }
  }

  #happened(event: TriggerEvent): void {
    if (event.what === 'started' && event.run !== undefined) this.#running.set(event.run, event.pipeline);
    if (this.#invocation.options.json === true) this.#line(event);
    else this.#invocation.io.out(eventLine(event, this.#invocation.colors.out));
  }

  #ranOn(run: PipelineRun): void {
    if (run.status === 'running' || !this.#running.delete(run.id)) return;
    const { id, pipeline, status, endedAt } = run;
    if (this.#invocation.options.json === true)
      this.#line({ at: endedAt, pipeline, what: status, run: id, ...(run.error && { message: run.error.message }) });
    else this.#invocation.io.out(endLine(run, this.#invocation.colors.out));
  }

  #left(): void {
    if (this.#running.size === 0) return;
    const names = [...new Set(this.#running.values())].join(', ');
    this.#say(`${names} goes on in the engine, which ends afterwards. \`modelyard stop --now\` cancels it.`);
  }

  #line(object: unknown): void {
    this.#invocation.io.out(`${JSON.stringify(object)}\n`);
  }

  #say(text: string): void {
    this.#invocation.io.err(`${text}\n`);
  }
}

/** Waits for the signal, or for a state of the client from which it does not come back by itself. */
function ending(client: EngineClient, signal: AbortSignal): Promise<'aborted' | 'idle' | 'failed'> {
  const isEnd = (state: ClientState): state is 'idle' | 'failed' => state === 'idle' || state === 'failed';
  return new Promise(resolve => {
    if (signal.aborted) resolve('aborted');
    if (isEnd(client.state)) resolve(client.state);
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    const states = client.onState(state => {
      if (!isEnd(state)) return;
      states.dispose();
      resolve(state);
    });
  });
}

const lost = (): ModelyardError =>
  new ModelyardError(
    'engine.unreachable',
    'The engine was lost and another one cannot be started: nothing is watched any more.',
    {
      fix: 'See .modelyard/engine.log, then start `modelyard watch` again. What is missed meanwhile is found then.',
    },
  );
