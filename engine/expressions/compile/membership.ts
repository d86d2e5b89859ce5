import type { Span } from '../flaw';
import { numbersOf, textsOf, type Values } from '../vectors';
import { conjunction, isEqual } from './compare';
import { unify } from './coerce';
import { over, shared, type Compiled } from './compiled';
import { numbers } from './kernels';

/** `value in (…)`: null where the value is, and where it is not found but null is in the list. */
export function membership(value: Compiled, list: readonly Compiled[], span: Span): Compiled {
  const { type, parts } = unify([value, ...list], (first, second) => `${first} cannot be compared with ${second}`);
  const [of, ...members] = parts;
  const made = { type: 'boolean', span } as const;
  if (members.every(member => member.isConstant)) {
    const constants = members.map(member => member.run({ rows: 1, column: () => none }));
    const isText = type === 'string';
    return over([of!], made, batch =>
      numbers(
        isText
          ? amongTexts(of!.run(batch), constants, batch.rows)
          : amongNumbers(of!.run(batch), constants, batch.rows),
      ),
    );
  }
  const once = shared(of!);
  return members
    .map(member => isEqual([once, member], span))
    .reduce((found, test) => conjunction('or', [found, test], span));
}

const none: Values = { kind: 'number', values: Float64Array.of(Number.NaN), mask: 0 };

function amongNumbers(value: Values, members: readonly Values[], rows: number): Float64Array {
  const all = members.map(member => numbersOf(member).values[0]!);
  const wanted = new Set(all.filter(member => !Number.isNaN(member)));
  const otherwise = wanted.size < new Set(all).size ? Number.NaN : 0;
  const { values, mask } = numbersOf(value);
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const found = values[row & mask]!;
    result[row] = found === found ? (wanted.has(found) ? 1 : otherwise) : Number.NaN;
  }
  return result;
}

function amongTexts(value: Values, members: readonly Values[], rows: number): Float64Array {
  const all = members.map(member => {
    const { codes, categories } = textsOf(member);
    return categories[codes[0]!];
  });
  const otherwise = all.includes(undefined) ? Number.NaN : 0;
  const wanted = new Set(all);
  const { codes, mask, categories } = textsOf(value);
  const verdicts = Float64Array.from(categories, text => (wanted.has(text) ? 1 : otherwise));
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++)
    result[row] = codes[row & mask]! < 0 ? Number.NaN : verdicts[codes[row & mask]!]!;
  return result;
}
