import type { ChangedNumber, ChangedValue } from '../../../protocol/compare';
import type { RunSummary } from '../../../protocol/tracking';
import { isMeasurement } from '../../../replay/compareRuns';

type Values<T> = Readonly<Record<string, T>>;

/** Those that are not the same, by name. */
export const changedValues = (before: Values<string>, after: Values<string>): readonly ChangedValue[] =>
  changed(before, after);

/** The last points; not what is never the same twice. */
export const changedMetrics = (before: RunSummary['metrics'], after: RunSummary['metrics']): readonly ChangedNumber[] =>
  changed(lastValues(before), lastValues(after));

const lastValues = (metrics: RunSummary['metrics']): Values<number> =>
  Object.fromEntries(
    Object.entries(metrics).flatMap(([key, { value }]) => (isMeasurement(key) ? [] : [[key, value] as const])),
  );

interface Changed<T> {
  readonly name: string;
  readonly before?: T;
  readonly after?: T;
}

function changed<T extends string | number>(before: Values<T>, after: Values<T>): readonly Changed<T>[] {
  const [was, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...was.keys(), ...now.keys()])].sort().flatMap((name): readonly Changed<T>[] => {
    const [left, right] = [was.get(name), now.get(name)];
    if (Object.is(left, right) || left === right) return [];
    return [{ name, ...(left !== undefined && { before: left }), ...(right !== undefined && { after: right }) }];
  });
}
