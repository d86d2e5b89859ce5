import type { Frame, FrameColumn, NumberColumn, TextColumn } from '../../protocol/frame';

/** A column's rows in groups that a condition can name. */
export interface Grouping {
  readonly column: string;
  /** Of each row its group; −1: in none. */
  readonly codes: Int32Array;
  /** The condition of each group, as modelyard.yaml would have it. */
  readonly conditions: readonly string[];
}

const mostValues = 12;
const mostDistinct = 8;
const quantiles = 4;

/**
 * Texts and numbers of few values by value (the 12 most frequent), other numbers and dates by quarters, missing ones on
 * their own. A column of one group gives nothing.
 * @param rows of the frame, those that are judged
 * @param least rows of a group
 */
export function groupingOf(column: FrameColumn, rows: ArrayLike<number>, least: number): Grouping | undefined {
  const found = column.kind === 'text' ? byText(column, rows) : byNumber(column, rows);
  const counts = new Map<number, number>();
  for (const code of found.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const kept = [...counts]
    .filter(([code, count]) => code >= 0 && count >= least)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, mostValues)
    .map(([code]) => code)
    .sort((a, b) => a - b);
  if (kept.length === 0 || (kept.length === 1 && counts.get(kept[0]!) === rows.length)) return undefined;
  const place = new Map(kept.map((code, at) => [code, at]));
  return {
    column: column.name,
    codes: found.codes.map(code => place.get(code) ?? -1),
    conditions: kept.map(code => found.condition(code)),
  };
}

export const groupingsOf = (
  frame: Frame,
  rows: ArrayLike<number>,
  { names, least }: { readonly names: ReadonlySet<string>; readonly least: number },
): readonly Grouping[] =>
  frame.columns.flatMap(column => (names.has(column.name) ? (groupingOf(column, rows, least) ?? []) : []));

interface Coded {
  readonly codes: Int32Array;
  readonly condition: (code: number) => string;
}

function byText(column: TextColumn, rows: ArrayLike<number>): Coded {
  const { categories } = column;
  const name = columnText(column.name);
  const missing = categories.length;
  return {
    codes: Int32Array.from(rows, row => (column.codes[row]! < 0 ? missing : column.codes[row]!)),
    condition: code => (code === missing ? `${name} is null` : `${name} = ${quotedText(categories[code] ?? '')}`),
  };
}

function byNumber(column: NumberColumn, rows: ArrayLike<number>): Coded {
  const name = columnText(column.name);
  const isTime = column.type === 'date' || column.type === 'datetime';
  const literal = (value: number): string =>
    isTime ? `'${new Date(value).toISOString().slice(0, column.type === 'date' ? 10 : 23)}'` : String(value);
  const values = Float64Array.from(rows, row => column.values[row]!);
  const present = values.filter(value => !Number.isNaN(value)).sort();
  const distinct = [...new Set(present)];
  if (distinct.length <= mostDistinct) {
    const at = new Map(distinct.map((value, i) => [value, i]));
    return {
      codes: Int32Array.from(values, value => at.get(value) ?? distinct.length),
      condition: code => (code === distinct.length ? `${name} is null` : `${name} = ${literal(distinct[code] ?? NaN)}`),
    };
  }
  const edges = [
    ...new Set(
      Array.from({ length: quantiles - 1 }, (_, i) => present[Math.floor((present.length * (i + 1)) / quantiles)]!),
    ),
  ].filter(edge => edge > present[0]!);
  return {
    codes: Int32Array.from(values, value =>
      Number.isNaN(value) ? edges.length + 1 : edges.filter(edge => value >= edge).length,
    ),
    condition: code => {
      if (code > edges.length) return `${name} is null`;
      const [from, to] = [edges[code - 1], edges[code]];
      const parts = [
        from === undefined ? [] : [`${name} >= ${literal(from)}`],
        to === undefined ? [] : [`${name} < ${literal(to)}`],
      ];
      return parts.flat().join(' and ');
    },
  };
}

const reserved = new Set(['and', 'or', 'not', 'in', 'is', 'null', 'true', 'false']);

/** A column's name as a condition takes it: odd ones in backticks. */
const columnText = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) && !reserved.has(name.toLowerCase())
    ? name
    : `\`${name.replaceAll('`', '``')}\``;

const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
