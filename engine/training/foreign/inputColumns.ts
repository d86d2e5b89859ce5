import type { BinsOp, PreparedColumn } from '../preparation';

/** Any number as it is; a missing one stays missing. */
export const numberColumn = (name: string, options: { readonly zero?: 'missing' } = {}): PreparedColumn => ({
  kind: 'number',
  name,
  type: 'number',
  op: { op: 'scale', missing: null, ...options, offset: 0, scale: 1 },
  features: [name],
});

/** What is no category of the model's. */
export const unknownCode = -1;

/** A category as a library names it, where it keeps names. */
export type CategoryName = string | number | boolean;

/**
 * A column whose values have the numbers 0, 1, … in the model, by the order of their names.
 * @returns undefined when the names are of several kinds
 */
export function namedCategories(
  name: string,
  names: readonly CategoryName[],
  { missing }: { readonly missing: number },
): PreparedColumn | undefined {
  const common = { op: 'map', values: names.map((_, code) => code), unknown: unknownCode, missing } as const;
  const numbers = names.flatMap(one => (typeof one === 'number' ? [one] : []));
  if (numbers.length === names.length)
    return { kind: 'number', name, type: 'number', op: { ...common, categories: numbers }, features: [name] };
  const texts = names.flatMap(one => (typeof one === 'number' ? [] : [String(one)]));
  if (texts.length !== names.length || new Set(names.map(one => typeof one)).size > 1) return undefined;
  const type = typeof names[0] === 'boolean' ? 'boolean' : 'string';
  return { kind: 'text', name, type, op: { ...common, categories: texts }, features: [name] };
}

/**
 * A column of whole numbers that are categories. A library cuts off what follows the point; each category is therefore
 * the stretch up to the next whole number.
 * @param options.fromBelowZero what is above −1 belongs to the category 0, else only what is not negative
 */
export function numberedCategories(
  name: string,
  codes: ReadonlySet<number>,
  options: { readonly missing: number; readonly fromBelowZero: boolean },
): PreparedColumn {
  const edges: number[] = [];
  const values: number[] = [unknownCode];
  for (const code of [...codes].sort((a, b) => a - b)) {
    const from = code === 0 && options.fromBelowZero ? aboveMinusOne : code;
    if (edges.at(-1) === from) values.pop();
    else edges.push(from);
    edges.push(code + 1);
    values.push(code, unknownCode);
  }
  const op: BinsOp = { op: 'bins', edges, values, missing: options.missing };
  return { kind: 'number', name, type: 'number', op, features: [name] };
}

const aboveMinusOne = -1 + 2 ** -53;
