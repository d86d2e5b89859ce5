import { cellAt, chosen, featureColumns } from '../columns';
import { labelOf } from '../label';
import { failingRows, mostFindings, mostRows, number, percent, shown, type Judge } from '../outcome';
import { plural } from '../../../plural';
import { firstEqual } from '../rowKeys';

/** `duplicates` */
export const duplicates: Judge = ({ table, rows, check }) => {
  const most = check.at_most ?? 0.05;
  const first = firstEqual(chosen(table, check), rows);
  const earlier = new Map<number, number>();
  let repeated = 0;
  for (const [at, row] of rows.entries()) {
    if (first[at] === row) continue;
    repeated++;
    if (earlier.size < mostRows) earlier.set(row, first[at]!);
  }
  const share = repeated / rows.length;
  return {
    passed: share <= most,
    message: `${percent(share)} of the rows (${number(repeated)} of ${number(rows.length)}) repeat an earlier one; at most ${percent(most)} may`,
    value: share,
    bound: most,
    failing: repeated,
    checked: rows.length,
    rows: failingRows(table, earlier.keys(), row => `as line ${number(table.lines[earlier.get(row)!]!)}`),
  };
};

/** `conflicting-labels`: of classes; rows without a label are left out. */
export const conflictingLabels: Judge = input => {
  const { table, rows, check, roles } = input;
  const most = check.at_most ?? 0;
  const label = labelOf(input);
  if ('unjudged' in label) return label;
  if (label.target.kind === 'values') return { unjudged: `the label ${label.name} is a number, not a class` };
  const { codes } = label.target;
  const labelled = rows.filter(row => codes[row]! >= 0);
  const first = firstEqual(featureColumns(table, check, roles), labelled);
  const ambiguous = new Set<number>();
  for (const [at, row] of labelled.entries()) if (codes[row] !== codes[first[at]!]) ambiguous.add(first[at]!);
  const failing = labelled.filter((_, at) => ambiguous.has(first[at]!));
  const share = labelled.length === 0 ? 0 : failing.length / labelled.length;
  const of = plural(ambiguous.size, 'group');
  return {
    passed: share <= most,
    message:
      failing.length === 0
        ? `no rows with the same features differ in ${label.name}, of ${plural(labelled.length, 'row')}`
        : `${percent(share)} of the rows (${number(failing.length)}, in ${of} of equal features) have a ${label.name} that others contradict; at most ${percent(most)} may`,
    value: share,
    bound: most,
    failing: failing.length,
    checked: labelled.length,
    rows: failingRows(table, failing, row => cellAt(label.column, row)),
  };
};

/** `class-imbalance` */
export const classImbalance: Judge = input => {
  const { rows, check } = input;
  const least = check.at_least ?? 0.1;
  const label = labelOf(input);
  if ('unjudged' in label) return label;
  if (label.target.kind === 'values') return { unjudged: `the label ${label.name} is a number, not a class` };
  const counts = new Map<number, { count: number; row: number }>();
  for (const row of rows) {
    const code = label.target.codes[row]!;
    if (code < 0) continue;
    const known = counts.get(code);
    if (known) known.count++;
    else counts.set(code, { count: 1, row });
  }
  const classes = [...counts.values()]
    .map(({ count, row }) => ({ count, name: String(cellAt(label.column, row)) }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const [largest, rarest] = [classes[0], classes.at(-1)];
  if (largest === undefined || rarest === undefined || largest === rarest)
    return { unjudged: `the label ${label.name} has one class only`, broken: true };
  const value = rarest.count / largest.count;
  return {
    passed: value >= least,
    message: `the rarest class of ${label.name}, ${shown(rarest.name)}, has ${plural(rarest.count, 'row')}, ${percent(value)} of the most frequent one, ${shown(largest.name)}; at least ${percent(least)} is asked for`,
    value,
    bound: least,
    findings: classes
      .slice(0, mostFindings)
      .map(({ name, count }) => ({ subject: name, value: count, passed: true, detail: plural(count, 'row') })),
  };
};
