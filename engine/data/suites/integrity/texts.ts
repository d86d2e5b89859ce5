import type { TextColumn } from '../../../protocol/frame';
import type { DataCheckFinding } from '../../../protocol/dataChecks';
import { baseForm, formOf } from '../baseForm';
import { cellAt, chosen, isCategorical } from '../columns';
import { byColumn, failingRows, mostRows, percent, shown, type CheckInput, type Judge, type Outcome } from '../outcome';
import { lengthOutliers } from './lengthOutliers';

/** A number as Python's `float` takes it. */
const numeric =
  /^\s*[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+)?\s*$|^\s*[+-]?(?:inf|infinity|nan)\s*$/i;

const isNumeric = (text: string): boolean => numeric.test(text);

/** Columns that hold texts: not those whose texts are all numbers, nor those of true and false. */
export const textColumns = ({ table, check }: Pick<CheckInput, 'table' | 'check'>): readonly TextColumn[] =>
  chosen(table, check).flatMap(column =>
    column.kind === 'text' && column.type === 'string' && !column.categories.every(isNumeric) ? [column] : [],
  );

/** How many rows each text has, among some. */
export function countsOf({ codes, categories }: TextColumn, rows: Iterable<number>): Float64Array {
  const counts = new Float64Array(categories.length);
  for (const row of rows) if (codes[row]! >= 0) counts[codes[row]!]!++;
  return counts;
}

interface TextRule {
  readonly what: string;
  readonly bound: string;
  readonly most: number;
  /** Which texts of a column fail, by their number, and what is said of them. */
  failing(column: TextColumn, counts: Float64Array): { readonly codes: ReadonlySet<number>; readonly detail?: string };
}

/** Judges the share of rows whose text fails. */
function shareOfTexts(input: CheckInput, columns: readonly TextColumn[], rule: TextRule): Outcome {
  const { table, rows } = input;
  let failing = 0;
  const places: { line: number; value: string }[] = [];
  const findings = columns.map((column): DataCheckFinding => {
    const counts = countsOf(column, rows);
    const { codes, detail } = rule.failing(column, counts);
    let count = 0;
    for (const code of codes) count += counts[code]!;
    const value = count / rows.length;
    const passed = value <= rule.most;
    if (count > 0) {
      failing += count;
      if (places.length < mostRows)
        for (const { line, value: text } of failingRows(table, whereIn(column, rows, codes), row =>
          cellAt(column, row),
        ))
          places.push({ line, value: `${column.name}: ${shown(text)}` });
    }
    return { subject: column.name, value, passed, ...(detail !== undefined && { detail }) };
  });
  const found = byColumn(findings, rule);
  const worst = found.findings?.find(({ passed }) => !passed);
  return {
    ...found,
    message: worst?.detail === undefined ? found.message : `${found.message} (${worst.subject}: ${worst.detail})`,
    bound: rule.most,
    failing,
    checked: rows.length,
    rows: places.sort((a, b) => a.line - b.line).slice(0, mostRows),
  };
}

function* whereIn({ codes }: TextColumn, rows: Iterable<number>, wanted: ReadonlySet<number>): Generator<number> {
  for (const row of rows) if (wanted.has(codes[row]!)) yield row;
}

/** `special-characters` */
export const specialCharacters: Judge = input => {
  const most = input.check.at_most ?? 0.001;
  return shareOfTexts(input, textColumns(input), {
    what: 'the share of texts of signs only',
    bound: `at most ${percent(most)}`,
    most,
    failing: ({ categories }) => {
      const codes = new Set(categories.flatMap((text, code) => (text !== '' && baseForm(text) === '' ? [code] : [])));
      return { codes, ...(codes.size > 0 && { detail: some([...codes].map(code => categories[code]!)) }) };
    },
  });
};

/** `string-mismatch` */
export const stringMismatch: Judge = input => {
  const most = input.check.at_most ?? 0;
  return shareOfTexts(input, textColumns(input), {
    what: 'the share of texts that others differ from in case, spaces or signs only',
    bound: `at most ${percent(most)}`,
    most,
    failing: ({ categories }, counts) => {
      const groups = variantsOf(categories, code => counts[code]! > 0);
      const several = [...groups.values()].filter(codes => codes.length > 1);
      const [first] = several;
      return {
        codes: new Set(several.flat()),
        ...(first && { detail: some(first.map(code => categories[code]!)) }),
      };
    },
  });
};

/** Texts by their base form. */
export function variantsOf(
  categories: readonly string[],
  isThere: (code: number) => boolean,
): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [code, text] of categories.entries()) {
    if (!isThere(code)) continue;
    const form = formOf(text);
    const group = groups.get(form);
    if (group) group.push(code);
    else groups.set(form, [code]);
  }
  return groups;
}

/** `string-length`: of free text, categories are not judged by their length. */
export const stringLength: Judge = input => {
  const most = input.check.at_most ?? 0;
  const columns = textColumns(input).filter(column => !isCategorical(column, input.table.frame.rows));
  return shareOfTexts(input, columns, {
    what: 'the share of texts of unusual length',
    bound: `at most ${percent(most)}`,
    most,
    failing: ({ categories }, counts) => {
      const lengths = categories.map(text => Array.from(text).length);
      const { usual, isOutlier } = lengthOutliers(lengths, counts);
      const codes = new Set(
        categories.flatMap((_, code) => (counts[code]! > 0 && isOutlier(lengths[code]!) ? [code] : [])),
      );
      return { codes, ...(usual && { detail: `usual are ${usual[0]} to ${usual[1]} characters` }) };
    },
  });
};

/** `mixed-types` */
export const mixedTypes: Judge = input => {
  const [low, high] = input.check.not_between ?? [0.01, 0.1];
  const findings = textColumns(input).map((column): DataCheckFinding => {
    const counts = countsOf(column, input.rows);
    let [numbers, all] = [0, 0];
    const examples: string[] = [];
    for (const [code, text] of column.categories.entries()) {
      all += counts[code]!;
      if (!isNumeric(text)) continue;
      numbers += counts[code]!;
      if (examples.length < 3) examples.push(text);
    }
    const rarer = Math.min(numbers, all - numbers) / Math.max(1, all);
    const passed = rarer <= low || rarer >= high;
    const words = `${percent(numbers / Math.max(1, all))} numbers`;
    return {
      subject: column.name,
      value: rarer,
      passed,
      ...(numbers > 0 && { detail: `${words}, such as ${some(examples)}` }),
    };
  });
  return {
    ...byColumn(findings, {
      what: 'the share of the rarer of numbers and texts',
      bound: `it may not lie between ${percent(low)} and ${percent(high)}`,
    }),
    bound: low,
  };
};

const some = (texts: readonly string[]): string =>
  `${texts.slice(0, 4).map(shown).join(', ')}${texts.length > 4 ? ', …' : ''}`;
