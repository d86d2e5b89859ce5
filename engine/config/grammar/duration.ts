import * as v from 'valibot';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const units = new Map<string, number>(Object.entries(unitMs));
const durationPattern = /^\d+(\.\d+)?(ms|s|m|h|d|w)$/;

/** `30s`, `5m`, `1.5h`, `7d` in ms; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : units.get(unit);
  return factor === undefined ? undefined : Number(amount) * factor;
}

/** Stays as written. */
export const duration = () =>
  v.pipe(
    v.string('bad-duration|must be a duration such as 30s, 5m, 1h or 7d'),
    v.regex(durationPattern, 'bad-duration|must be a duration such as 30s, 5m, 1h or 7d'),
    v.check(text => (durationMs(text) ?? 1) > 0, 'bad-duration|must be longer than nothing'),
  );

/** Timers count in 31 bits. */
const longestTimeout = 20 * 86_400_000;

/** Becomes milliseconds. */
export const timeout = () =>
  v.pipe(
    duration(),
    v.check(text => (durationMs(text) ?? 0) <= longestTimeout, 'bad-duration|must be at most 20d'),
    v.transform(text => Math.max(1, Math.round(durationMs(text) ?? 0))),
  );
