import type { ExpressionFunction } from '../compile/functionEntry';
import type { Parameter } from '../compile/functionEntry';
import type { Scalar } from '../compile/kernels';
import type { ValueType } from '../vectors';

/** Characters that a text made by `lpad`, `rpad` or `repeat` has at most; what is longer is null. */
const longest = 10_000;

interface Options {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly signature: string;
  readonly sentence: string;
  readonly parameters: readonly Parameter[];
  readonly required?: number;
  readonly result?: ValueType;
}

const text = (value: Scalar | undefined): string => (typeof value === 'string' ? value : '');
const number = (value: Scalar | undefined): number => (typeof value === 'number' ? value : 0);
const truth = (value: boolean): number => (value ? 1 : 0);

const make = (options: Options, scalar: (args: readonly Scalar[]) => Scalar): ExpressionFunction => ({
  result: 'string',
  ...options,
  group: 'texts',
  scalar,
});

/** Characters `from` (from 1; below 0 from the end) on, `length` of them; before that place when it is below 0. */
function substr(value: string, from: number, length: number): string {
  const characters = Array.from(value);
  const start = from < 0 ? characters.length + from : from - 1;
  const [low, high] = length < 0 ? [start + length, start] : [start, start + length];
  return characters.slice(Math.max(0, low), Math.max(0, high)).join('');
}

function pad(value: string, length: number, filling: string): readonly string[] | null {
  if (length > longest) return null;
  const [characters, filled] = [Array.from(value), Array.from(filling)];
  const missing = Math.max(0, length - characters.length);
  if (missing > 0 && filled.length === 0) return null;
  return Array.from({ length: missing }, (_, at) => filled[at % filled.length]!);
}

function splitPart(value: string, separator: string, index: number): string {
  const parts = separator === '' ? [value] : value.split(separator);
  return (index < 0 ? parts[parts.length + index] : parts[Math.max(index, 1) - 1]) ?? '';
}

function trimmed(value: string, characters: string | undefined, side: 'left' | 'right' | 'both'): string {
  const unwanted = new Set(Array.from(characters ?? ' '));
  const found = Array.from(value);
  let [from, to] = [0, found.length];
  if (side !== 'right') while (from < to && unwanted.has(found[from]!)) from++;
  if (side !== 'left') while (to > from && unwanted.has(found[to - 1]!)) to--;
  return found.slice(from, to).join('');
}

const trim = (name: string, side: 'left' | 'right' | 'both', where: string): ExpressionFunction =>
  make(
    {
      name,
      signature: `${name}(text[, characters])`,
      sentence: `Without blanks ${where}, or without other characters there.`,
      parameters: ['text', 'text'],
      required: 1,
    },
    ([value, characters]) => trimmed(text(value), typeof characters === 'string' ? characters : undefined, side),
  );

const cut = (
  name: 'left' | 'right',
  sentence: string,
  of: (all: readonly string[], count: number) => readonly string[],
) =>
  make({ name, signature: `${name}(text, count)`, sentence, parameters: ['text', 'integer'] }, ([value, count]) =>
    of(Array.from(text(value)), number(count)).join(''),
  );

const test = (
  name: string,
  aliases: readonly string[],
  [sentence, holds]: [string, (value: string, part: string) => boolean],
) =>
  make(
    { name, aliases, signature: `${name}(text, part)`, sentence, parameters: ['text', 'text'], result: 'boolean' },
    ([value, part]) => truth(holds(text(value), text(part))),
  );

export const textFunctions: readonly ExpressionFunction[] = [
  make(
    { name: 'upper', aliases: ['ucase'], signature: 'upper(text)', sentence: 'In capitals.', parameters: ['text'] },
    ([value]) => text(value).toUpperCase(),
  ),
  make(
    {
      name: 'lower',
      aliases: ['lcase'],
      signature: 'lower(text)',
      sentence: 'In small letters.',
      parameters: ['text'],
    },
    ([value]) => text(value).toLowerCase(),
  ),
  trim('trim', 'both', 'at both ends'),
  trim('ltrim', 'left', 'at the beginning'),
  trim('rtrim', 'right', 'at the end'),
  make(
    {
      name: 'length',
      aliases: ['len', 'char_length', 'character_length'],
      signature: 'length(text)',
      sentence: 'How many characters it has.',
      parameters: ['text'],
      result: 'integer',
    },
    ([value]) => Array.from(text(value)).length,
  ),
  make(
    {
      name: 'substr',
      aliases: ['substring'],
      signature: 'substr(text, start[, length])',
      sentence: 'The part that begins at a character, counted from 1, or from the end when it is below 0.',
      parameters: ['text', 'integer', 'integer'],
      required: 2,
    },
    ([value, from, length]) => substr(text(value), number(from), typeof length === 'number' ? length : Infinity),
  ),
  cut('left', 'The first characters; a negative count leaves out so many at the end.', (all, count) =>
    all.slice(0, count),
  ),
  cut('right', 'The last characters; a negative count leaves out so many at the beginning.', (all, count) =>
    count < 0 ? all.slice(-count) : all.slice(Math.max(0, all.length - count)),
  ),
  make(
    {
      name: 'replace',
      signature: 'replace(text, part, by)',
      sentence: 'With each occurrence of a part replaced.',
      parameters: ['text', 'text', 'text'],
    },
    ([value, part, by]) => (part === '' ? text(value) : text(value).replaceAll(text(part), () => text(by))),
  ),
  make(
    {
      name: 'split_part',
      signature: 'split_part(text, separator, index)',
      sentence:
        'One of the parts between separators, counted from 1, or from the end when it is below 0; empty when there is none.',
      parameters: ['text', 'text', 'integer'],
    },
    ([value, separator, index]) => splitPart(text(value), text(separator), number(index)),
  ),
  test('starts_with', ['startswith'], ['Whether it begins so.', (value, part) => value.startsWith(part)]),
  test('ends_with', ['endswith', 'suffix'], ['Whether it ends so.', (value, part) => value.endsWith(part)]),
  test('contains', [], ['Whether the part stands in it.', (value, part) => value.includes(part)]),
  make(
    {
      name: 'strpos',
      aliases: ['instr', 'position'],
      signature: 'strpos(text, part)',
      sentence: 'At which character the part begins, from 1; 0 when it is not there.',
      parameters: ['text', 'text'],
      result: 'integer',
    },
    ([value, part]) => {
      const at = text(value).indexOf(text(part));
      return at < 0 ? 0 : Array.from(text(value).slice(0, at)).length + 1;
    },
  ),
  make(
    {
      name: 'lpad',
      signature: 'lpad(text, length[, filling])',
      sentence: 'Filled from the left to a length, or cut to it.',
      parameters: ['text', 'integer', 'text'],
      required: 2,
    },
    ([value, length, filling = ' ']) => padded(text(value), number(length), { filling: text(filling), left: true }),
  ),
  make(
    {
      name: 'rpad',
      signature: 'rpad(text, length[, filling])',
      sentence: 'Filled from the right to a length, or cut to it.',
      parameters: ['text', 'integer', 'text'],
      required: 2,
    },
    ([value, length, filling = ' ']) => padded(text(value), number(length), { filling: text(filling), left: false }),
  ),
];

function padded(value: string, length: number, { filling, left }: { filling: string; left: boolean }): string | null {
  const added = pad(value, length, filling);
  if (added === null) return null;
  const characters = Array.from(value);
  const all = left ? [...added, ...characters] : [...characters, ...added];
  return all.slice(0, Math.max(0, length)).join('');
}
