import { setTimeout as delay } from 'node:timers/promises';
import { ModelyardError } from '../errors';
import type { RollbackResult } from '../protocol/serving';
import { putLoad, type Answer, type Asked } from './loadTest';

export interface Drill {
  readonly asked: Asked;
  readonly connections: number;
  /** The version that answers, and the one that shall. */
  readonly from: number;
  readonly to: number;
  /** Has a version answer. */
  readonly load: (version: number) => Promise<void>;
}

/** ms of load before, between and after the orders. */
const rest = 300;

/** Replaces a version by another one and puts it back, while clients ask as fast as they can; counts what they saw. */
export async function drillRollback(drill: Drill, signal: AbortSignal): Promise<RollbackResult> {
  const { asked, connections, from, to, load } = drill;
  const answers: Answer[] = [];
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  signal.addEventListener('abort', stop, { once: true });
  // ends when the drill has, whatever the seconds say
  const traffic = putLoad(
    { asked, connections, seconds: 3600, seen: answer => void answers.push(answer) },
    ending.signal,
  ).catch(() => undefined);
  const orders: Order[] = [];
  try {
    for (const version of [to, from]) {
      await delay(rest, undefined, { signal });
      const at = performance.now();
      await load(version);
      orders.push({ to: version, at, done: performance.now() });
    }
    await delay(rest, undefined, { signal });
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await traffic;
  }
  const [there, back] = orders;
  if (there === undefined || back === undefined) throw new ModelyardError('cancelled', 'The drill was cut off.');
  // the same version loaded anew cannot be told from before by its answers
  const since = ({ to: version, at, done }: Order): number =>
    from === to ? done - at : (answers.find(one => one.version === version && one.at > at)?.at ?? Number.NaN) - at;
  const between = answers.filter(({ at }) => at > there.at && at < back.at);
  const last = from === to ? undefined : between.findLast(({ version }) => version === from);
  return {
    to,
    firstAnswer: since(there),
    lastAnswer: last === undefined ? 0 : last.at - there.at,
    back: since(back),
    requests: answers.length,
    failed: answers.filter(({ status }) => status !== 200).length,
  };
}

interface Order {
  readonly to: number;
  /** Of `performance.now()`: when it was given, and when the server had done it. */
  readonly at: number;
  readonly done: number;
}
