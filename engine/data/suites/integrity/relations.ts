import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../../errors';
import type { DataCheckFinding } from '../../../protocol/dataChecks';
import { association } from '../correlation';
import { columnNamed, features, useOf, type Feature, type Rows } from '../columns';
import { labelOf, noColumn } from '../label';
import { outlierProbabilities } from '../outlierProbability';
import { byColumn, mostFindings, number, percent, placeOf, score, type CheckInput, type Judge } from '../outcome';
import { plural } from '../../../plural';
import { predictivePower, type Target } from '../predictivePower';
import { sampleOf } from '../table';

/** Some of the rows, drawn with the check's seed. */
export function sampled(rows: Rows, most: number, seed: number): Rows {
  return rows.length <= most ? rows : sampleOf(rows.length, most, seed).map(at => rows[at]!);
}

/** Rows that distributions and powers are measured on, at most. */
export const mostMeasured = 100_000;

/** The power of each feature to predict the label, among some rows. */
export async function powers(
  list: readonly Feature[],
  target: Target,
  { rows, seed, signal }: { readonly rows: Rows; readonly seed: number; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, number | undefined>> {
  const found = new Map<string, number | undefined>();
  for (const feature of list) {
    found.set(feature.name, predictivePower(feature, target, { rows, seed }));
    await nextTurn();
    throwIfAborted(signal);
  }
  return found;
}

/** `feature-label-correlation` */
export const featureLabelCorrelation: Judge = async input => {
  const { table, check, roles, seed, signal } = input;
  const rows = sampled(input.rows, mostMeasured, seed);
  const below = check.below ?? 0.8;
  const label = labelOf(input);
  if ('unjudged' in label) return label;
  const found = await powers(features(table, check, roles), label.target, { rows, seed, signal });
  const findings = [...found].map(([subject, value]) =>
    powerFinding(subject, value, value === undefined || value < below),
  );
  return {
    ...byColumn(findings, {
      what: `the predictive power score for ${label.name}`,
      bound: `below ${score(below)} is asked for${sampleNote(rows, input)}`,
      format: score,
    }),
    bound: below,
  };
};

const powerFinding = (subject: string, value: number | undefined, passed: boolean): DataCheckFinding => ({
  subject,
  passed,
  ...(value === undefined ? { detail: 'too few rows' } : { value }),
});

/** `identifier-label-correlation` */
export const identifierLabelCorrelation: Judge = async input => {
  const { table, check, roles, seed, signal } = input;
  const rows = sampled(input.rows, mostMeasured, seed);
  const most = check.at_most ?? 0;
  const label = labelOf(input);
  if ('unjudged' in label) return label;
  const use = useOf(check, roles);
  const names = [use.index, use.date].filter(name => name !== undefined);
  if (names.length === 0)
    return { unjudged: 'no column is known as the identifier or date: name one with `index` or `date`' };
  const list: Feature[] = [];
  for (const name of names) {
    const column = columnNamed(table, name);
    if (column === undefined) return noColumn(input, name, name === use.index ? 'index' : 'date');
    list.push(
      column.kind === 'number'
        ? { kind: 'numeric', name, values: column.values }
        : { kind: 'categorical', name, codes: column.codes, count: column.categories.length },
    );
  }
  const found = await powers(list, label.target, { rows, seed, signal });
  const findings = [...found].map(([subject, value]) =>
    powerFinding(subject, value, value === undefined || value <= most),
  );
  return {
    ...byColumn(findings, {
      what: `the predictive power score for ${label.name}`,
      bound: `at most ${score(most)} is asked for${sampleNote(rows, input)}`,
      format: score,
    }),
    bound: most,
  };
};

/** `feature-correlation` */
export const featureCorrelation: Judge = async input => {
  const { table, check, roles, sample, seed, signal } = input;
  const [most, correlation] = [check.at_most ?? 0, check.correlation ?? 0.9];
  const list = features(table, check, roles);
  const rows = sampled(input.rows, sample, seed);
  const pairs: DataCheckFinding[] = [];
  for (const [at, first] of list.entries()) {
    for (const second of list.slice(at + 1)) {
      const value = association(first, second, rows);
      const subject = `${first.name} ~ ${second.name}`;
      if (!Number.isNaN(value)) pairs.push({ subject, value, passed: value <= correlation });
    }
    await nextTurn();
    throwIfAborted(signal);
  }
  pairs.sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const strong = pairs.filter(({ passed }) => !passed);
  const [first] = pairs;
  const named = strong.slice(0, 3).map(({ subject, value }) => `${subject} ${score(value ?? 0)}`);
  const rest = strong.length > 3 ? `, and ${number(strong.length - 3)} more` : '';
  const said =
    strong.length > 0
      ? `${plural(strong.length, 'pair')} of features ${strong.length === 1 ? 'is' : 'are'} correlated above ${score(correlation)}: ${named.join(', ')}${rest}`
      : first
        ? `no pair of features is correlated above ${score(correlation)}; the strongest is ${first.subject} with ${score(first.value ?? 0)}`
        : 'there are no two features to compare';
  return {
    passed: strong.length <= most,
    message: `${said}; at most ${plural(most, 'pair')} may be${sampleNote(rows, input)}`,
    value: strong.length,
    bound: most,
    findings: pairs.slice(0, mostFindings),
  };
};

/** Of what is left when the rows are more than a costly check takes. */
export const sampleNote = (rows: Rows, { rows: all }: Pick<CheckInput, 'rows'>): string =>
  rows.length < all.length ? `, in a sample of ${number(rows.length)} rows` : '';

/** Rows whose distances to one another are measured, at most. */
const mostDistances = 5000;
const [nearShare, fewestNear, fewestRows] = [0.01, 5, 100];

/** `outliers` */
export const outliers: Judge = async input => {
  const { table, check, roles, seed, signal } = input;
  const [most, least] = [check.at_most ?? 0.005, check.score ?? 0.7];
  const list = features(table, check, roles);
  const rows = sampled(input.rows, Math.min(mostDistances, input.sample), seed);
  if (rows.length < fewestRows)
    return {
      unjudged: `${plural(rows.length, 'row')} are too few to find outliers among: at least ${fewestRows} are needed`,
    };
  if (list.length === 0) return { unjudged: 'there is no feature to find outliers by' };
  const neighbours = Math.max(Math.floor(nearShare * rows.length), fewestNear);
  const probabilities = await outlierProbabilities(list, rows, { neighbours, signal });
  const order = [...rows.keys()]
    .filter(at => probabilities[at]! > least)
    .sort((a, b) => probabilities[b]! - probabilities[a]!);
  const share = order.length / rows.length;
  return {
    passed: share <= most,
    message: `${percent(share)} of the rows (${number(order.length)} of ${number(rows.length)}) are outliers with a probability above ${score(least)}; at most ${percent(most)} may be${sampleNote(rows, input)}`,
    value: share,
    bound: most,
    failing: order.length,
    checked: rows.length,
    rows: order
      .slice(0, 100)
      .map(at => ({ ...placeOf(table, rows[at]!), value: Number(probabilities[at]!.toFixed(4)) })),
  };
};
