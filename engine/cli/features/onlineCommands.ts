import { open } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import { timeOfText } from '../../expressions/times/times';
import { withLongIntegers } from '../../longIntegers';
import type { Cell } from '../../protocol/data';
import type { OnlineRequest, PushReport, PushRequest } from '../../protocol/featureOnline';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { longCall } from './longCall';
import { materialisedText, onlineText, pushedText } from './onlineText';
import type { GetFlags, MaterialiseFlags, PushedRows } from '../program/features';

/** Rows of one call. */
const TOGETHER = 1_000;

/** `modelyard features materialise [VIEWS]` */
export async function materialiseCommand(
  invocation: Invocation,
  views: readonly string[],
  { from, to, full }: MaterialiseFlags,
): Promise<number> {
  if (full === true && from !== undefined)
    throw new ModelyardError('params.invalid', '--full is from the beginning, and --from is from a time.', {
      fix: 'Give one of both.',
    });
  const asked = {
    ...(views.length > 0 && { views }),
    ...(from !== undefined && { from: timeOf(from, '--from') }),
    ...(to !== undefined && { to: timeOf(to, '--to') }),
    ...(full !== undefined && { full }),
  };
  const made = await longCall(invocation, 'features/materialise', asked);
  answer(invocation, { json: made, text: () => materialisedText(made, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard features get [SERVICE]` */
export async function getCommand(
  invocation: Invocation,
  service: string | undefined,
  flags: GetFlags,
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const request: OnlineRequest = {
    entities: entitiesOf(flags.with),
    ...(service !== undefined && { service }),
    ...(flags.features !== undefined && { features: flags.features }),
    ...(flags.fullNames !== undefined && { fullNames: flags.fullNames }),
  };
  const found = await interruptible(signal =>
    withEngine(place, client => client.call('features/online', request, { signal }), { signal }),
  );
  answer(invocation, { json: found, text: () => onlineText(found, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard features push VIEW FILE`: what was brought before an error stays. */
export async function pushCommand(
  invocation: Invocation,
  { view, file, to, id }: PushedRows & Pick<PushRequest, 'to' | 'id'>,
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const input = file === '-' ? process.stdin : await opened(path.resolve(invocation.io.cwd, file), file);
  const report: PushReport = await interruptible(signal =>
    withEngine(
      place,
      async client => {
        await client.call('features/push', { view, rows: [], to }, { signal }); // whether it takes any, before they are read
        let [accepted, stale, parts] = [0, 0, 0];
        for await (const rows of rowsOf(input, file)) {
          const once = id !== undefined && { id: `${id} ${++parts}` };
          const one = await client.call('features/push', { view, rows, to, ...once }, { signal });
          accepted += one.accepted;
          stale += one.stale;
        }
        return { accepted, stale };
      },
      { signal },
    ),
  );
  answer(invocation, { json: report, text: () => pushedText(view, report) });
  return exitCodes.ok;
}

/** @throws ModelyardError `data.missing`, `data.unreadable` */
async function opened(absolute: string, file: string): Promise<NodeJS.ReadableStream> {
  const fix = 'Name a file of JSON lines, or - for standard input.';
  const handle = await open(absolute).catch((cause: unknown) => {
    throw new ModelyardError('data.missing', `There is no file ${file} that can be read.`, { place: { file }, cause, fix }); // prettier-ignore
  });
  if (!(await handle.stat()).isDirectory()) return handle.createReadStream();
  await handle.close();
  throw new ModelyardError('data.unreadable', `${file} is a folder.`, { place: { file }, fix });
}

const rowSchema = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]));

/** @throws ModelyardError `data.unreadable` with the line */
async function* rowsOf(input: NodeJS.ReadableStream, file: string): AsyncGenerator<PushRequest['rows']> {
  let rows: PushRequest['rows'][number][] = [];
  let line = 0;
  const unreadable = (why: string, cause?: unknown): ModelyardError =>
    new ModelyardError('data.unreadable', `${file}, line ${line}: ${why}`, { place: { file, line }, cause });
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line++;
      if (text.trim() === '') continue;
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), rowSchema), withLongIntegers(text));
      if (!parsed.success) throw unreadable('this is no JSON object of texts, numbers, true, false and null.');
      rows.push(parsed.output);
      if (rows.length < TOGETHER) continue;
      yield rows;
      rows = [];
    }
  } catch (error) {
    if (error instanceof ModelyardError) throw error;
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
  if (rows.length > 0) yield rows;
}

/** @throws ModelyardError `params.invalid` */
function entitiesOf(given: readonly string[]): OnlineRequest['entities'] {
  const entities: Record<string, Cell[]> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1)
      throw new ModelyardError('params.invalid', `\`${text}\` is not of the form name=value.`, {
        fix: 'Write it like `--with applicant_id=17`.',
      });
    (entities[text.slice(0, at)] ??= []).push(text.slice(at + 1));
  }
  return entities;
}

/** ms since 1970. @throws ModelyardError `params.invalid` */
function timeOf(text: string, option: string): number {
  const time = timeOfText(text);
  if (!Number.isNaN(time)) return time;
  throw new ModelyardError('params.invalid', `${option} is no time: ${text}.`, {
    fix: 'Write it like 2026-03-05 or 2026-03-05T18:20:00Z.',
  });
}
