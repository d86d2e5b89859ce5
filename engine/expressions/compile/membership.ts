import type { Span } from '../flaw';
import { numbersOf, textsOf, type Numbers, type Values } from '../vectors';
import { conjunction, isEqual } from './compare';
import { unify } from './coerce';
import { over, shared, type Compiled } from './compiled';
import { judgeTexts, numbers } from './kernels';

/** `value in (…)`: null where the value is, and where it is not found but null is in the list. */
export function membership(value: Compiled, list: readonly Compiled[], span: Span): Compiled {
  const { type, parts } = unify([value, ...list], (first, second) => `${first} cannot be compared with ${second}`);
  const [of, ...members] = parts;
  const made = { type: 'boolean', span } as const;
  if (members.every(member => member.isConstant)) {
    const constants = members.map(member => member.run({ rows: 1, column: () => none }));
    const isText = type === 'string';
    const among = isText ? amongTexts : amongNumbers;
    return over([of!], made, batch => among(of!.run(batch), constants, batch.rows));
  }
  const once = shared(of!);
  return members
    .map(member => isEqual([once, member], span))
    .reduce((found, test) => conjunction('or', [found, test], span));
}

const none: Values = { kind: 'number', values: Float64Array.of(Number.NaN), mask: 0 };

function amongNumbers(value: Values, members: readonly Values[], rows: number): Numbers {
  const all = members.map(member => numbersOf(member).values[0]!);
  const wanted = new Set(all.filter(member => !Number.isNaN(member)));
  const otherwise = wanted.size < new Set(all).size ? Number.NaN : 0;
  const { values, mask } = numbersOf(value);
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const found = values[row & mask]!;
    result[row] = found === found ? (wanted.has(found) ? 1 : otherwise) : Number.NaN;
  }
  return numbers(result);
}

function amongTexts(value: Values, members: readonly Values[], rows: number): Numbers {
  const all = members.map(member => {
    const { codes, categories } = textsOf(member);
    return categories[codes[0]!];
  });
  const otherwise = all.includes(undefined) ? Number.NaN : 0;
  const wanted = new Set(all);
  return judgeTexts(textsOf(value), rows, text => (wanted.has(text) ? 1 : otherwise));
}
