const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** A decimal text as a 64-bit integer; undefined when it is not one. */
export function int64(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= LEAST && value <= MOST ? value : undefined;
}

/** A number as Python writes it, with `nan` and `inf`; undefined when it is not one. */
export function pythonFloat(text: string): number | undefined {
  const named = NAMED.get(text.toLowerCase());
  if (named !== undefined) return named;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

const NAMED = new Map<string, number>(
  ['nan', '+nan', '-nan']
    .map((name): [string, number] => [name, Number.NaN])
    .concat(
      ['inf', '+inf', 'infinity', '+infinity'].map((name): [string, number] => [name, Infinity]),
      ['-inf', '-infinity'].map((name): [string, number] => [name, -Infinity]),
    ),
);
