import type { ParamValue, Params } from '../protocol/tuning';

/** Equal values; lists by their items. */
export const sameValue = (a: ParamValue | undefined, b: ParamValue): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && a.length === b.length && a.every((x, i) => x === b[i]));

/** The same text for the same parameters, in whatever order they stand. */
export const paramsKey = (params: Params): string =>
  JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));

/** As runs log it: a list as `64, 32`. */
export const valueText = (value: ParamValue): string => (typeof value === 'object' ? value.join(', ') : String(value));
