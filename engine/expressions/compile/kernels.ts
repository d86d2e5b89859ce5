import { every, numbersOf, textAt, TextBuilder, textsOf, type Numbers, type Texts, type Values } from '../vectors';

export const numbers = (values: Float64Array): Numbers => ({ kind: 'number', values, mask: every });
export const constantNumber = (value: number): Numbers => ({ kind: 'number', values: Float64Array.of(value), mask: 0 });

export const finite = (value: number): number => (value - value === 0 ? value : Number.NaN);
export const safeInteger = (value: number): number =>
  value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? value + 0 : Number.NaN;

type One = (a: number) => number;
type Two = (a: number, b: number) => number;

/** `of` for each row; nulls stay null. */
export function map1({ values, mask }: Numbers, rows: number, of: One): Numbers {
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const a = values[row & mask]!;
    result[row] = a === a ? of(a) : Number.NaN;
  }
  return numbers(result);
}

/** `of` for each row that has both. */
export function map2(
  left: Numbers,
  right: Numbers,
  { rows, of }: { readonly rows: number; readonly of: Two },
): Numbers {
  const result = new Float64Array(rows);
  const { values: a, mask: inA } = left;
  const { values: b, mask: inB } = right;
  for (let row = 0; row < rows; row++) {
    const [x, y] = [a[row & inA]!, b[row & inB]!];
    result[row] = x === x && y === y ? of(x, y) : Number.NaN;
  }
  return numbers(result);
}

export type Scalar = string | number | null;

export interface ScalarWork {
  readonly rows: number;
  /** Whether texts come out, or numbers and booleans. */
  readonly texts: boolean;
  /** Which arguments are texts. */
  readonly textArgs: readonly boolean[];
  /** Whether `of` sees nulls; else one null makes the result null. */
  readonly nulls: boolean;
  readonly of: (args: readonly Scalar[]) => Scalar;
}

/** Any function of texts and numbers; computed once for each combination of texts where there are fewer of them than rows. */
export function mapScalars(args: readonly Values[], work: ScalarWork): Values {
  const varying = args.filter(({ mask }) => mask === every);
  const texts = varying.filter(
    (values, at): values is Texts => values.kind === 'text' && varying.indexOf(values) === at,
  );
  const onlyTexts = texts.length > 0 && varying.every(({ kind }) => kind === 'text');
  const count = texts.reduce((product, { categories }) => product * (categories.length + 1), 1);
  if (onlyTexts && count <= work.rows) return mapCombinations(args, texts, { ...work, count });
  return collect(
    work,
    args.map((values, index) => readerOf(values, work.textArgs[index]!)),
  );
}

type Reader = (row: number) => Scalar;

function readerOf(values: Values, isText: boolean): Reader {
  if (isText) {
    const texts = textsOf(values);
    return row => textAt(texts, row);
  }
  const { values: found, mask } = numbersOf(values);
  return row => {
    const value = found[row & mask]!;
    return value === value ? value : null;
  };
}

function collect({ rows, texts, nulls, of }: ScalarWork, readers: readonly Reader[]): Values {
  const given: Scalar[] = [];
  const valueAt = (row: number): Scalar => {
    for (let index = 0; index < readers.length; index++) {
      const value = readers[index]!(row);
      if (value === null && !nulls) return null;
      given[index] = value;
    }
    return of(given);
  };
  if (!texts) {
    const result = new Float64Array(rows);
    for (let row = 0; row < rows; row++) result[row] = numberOf(valueAt(row));
    return numbers(result);
  }
  const builder = new TextBuilder();
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) codes[row] = builder.code(textOf(valueAt(row)));
  return { kind: 'text', codes, mask: every, categories: builder.categories };
}

function mapCombinations(
  args: readonly Values[],
  texts: readonly Texts[],
  work: ScalarWork & { count: number },
): Values {
  const { rows, count } = work;
  const once = new Map<Values, Texts>();
  const index = new Int32Array(rows);
  let stride = 1;
  for (const values of texts) {
    const { codes, categories } = values;
    const nullAt = categories.length;
    const step = stride;
    const combined = Int32Array.from({ length: count }, (_, at) => {
      const code = Math.floor(at / step) % (nullAt + 1);
      return code === nullAt ? -1 : code;
    });
    once.set(values, { ...values, codes: combined });
    for (let row = 0; row < rows; row++) index[row]! += (codes[row]! < 0 ? nullAt : codes[row]!) * step;
    stride *= nullAt + 1;
  }
  const readers = args.map((values, at) => readerOf(once.get(values) ?? values, work.textArgs[at]!));
  const found = collect({ ...work, rows: count }, readers);
  if (found.kind === 'text') {
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) codes[row] = found.codes[index[row]!]!;
    return { ...found, codes };
  }
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) result[row] = found.values[index[row]!]!;
  return numbers(result);
}

/** A number for each text of a column, NaN for null; judges each different text once where they are fewer than the rows. */
export function judgeTexts({ codes, mask, categories }: Texts, rows: number, judge: (text: string) => number): Numbers {
  const result = new Float64Array(rows).fill(Number.NaN);
  const verdicts = categories.length <= rows ? Float64Array.from(categories, judge) : undefined;
  for (let row = 0; row < rows; row++) {
    const code = codes[row & mask]!;
    if (code >= 0) result[row] = verdicts ? verdicts[code]! : judge(categories[code]!);
  }
  return numbers(result);
}

const numberOf = (value: Scalar): number => (typeof value === 'number' ? value : Number.NaN);
const textOf = (value: Scalar): string | null => (typeof value === 'string' ? value : null);

/** Takes for each row the first branch whose condition holds; `whens` has one fewer when the last needs none. */
export function choose(whens: readonly Numbers[], thens: readonly Values[], rows: number): Values {
  if (thens.some(({ kind }) => kind === 'text')) return chooseTexts(whens, thens.map(textsOf), rows);
  const branches = thens.map(numbersOf);
  const result = new Float64Array(rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    const branch = branches[branchOf(whens, row)];
    if (branch) result[row] = branch.values[row & branch.mask]!;
  }
  return numbers(result);
}

function chooseTexts(whens: readonly Numbers[], branches: readonly Texts[], rows: number): Values {
  const builder = new TextBuilder();
  const places = branches.map(({ categories }) =>
    categories.length <= rows ? new Int32Array(categories.length).fill(-1) : undefined,
  );
  const codes = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    const index = branchOf(whens, row);
    const branch = branches[index];
    const code = branch?.codes[row & branch.mask] ?? -1;
    if (branch === undefined || code < 0) continue;
    const known = places[index];
    if (known === undefined) {
      codes[row] = builder.code(branch.categories[code]!);
      continue;
    }
    if (known[code] === -1) known[code] = builder.code(branch.categories[code]!);
    codes[row] = known[code]!;
  }
  return { kind: 'text', codes, mask: every, categories: builder.categories };
}

function branchOf(whens: readonly Numbers[], row: number): number {
  let index = 0;
  while (index < whens.length && whens[index]!.values[row & whens[index]!.mask] !== 1) index++;
  return index;
}

/** 1 where there is a value, 0 where there is none. */
export function present(values: Values, rows: number): Numbers {
  const result = new Float64Array(rows);
  if (values.kind === 'number')
    for (let row = 0; row < rows; row++) {
      const value = values.values[row & values.mask]!;
      result[row] = value === value ? 1 : 0;
    }
  else for (let row = 0; row < rows; row++) result[row] = values.codes[row & values.mask]! < 0 ? 0 : 1;
  return numbers(result);
}
