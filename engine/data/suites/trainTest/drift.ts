import type { DataCheckFinding } from '../../../protocol/dataChecks';
import { cramersV, earthMovers, kolmogorovStatistic, stabilityIndex, withoutRare } from '../../../statistics/drift';
import { features, type Feature, type Rows } from '../columns';
import { mostMeasured, powers, sampled, sampleNote } from '../integrity/relations';
import { labelOf } from '../label';
import { byColumn, mostFindings, number, score, type CheckInput, type Judge, type Unjudged } from '../outcome';
import { plural } from '../../../plural';
import { partsOf } from './parts';

/** Values of each part, at least. */
const fewestRows = 10;

interface Drift {
  /** Absent: one part has too few values. */
  readonly value?: number;
  readonly method: string;
}

interface Parts {
  readonly train: Rows;
  readonly test: Rows;
}

/** How differently a column is distributed in the parts; what is missing is left out. */
function driftOf(
  feature: Feature,
  { train, test }: Parts,
  { numeric = 'ks', categories = 'cramers-v' }: CheckInput['check'],
): Drift {
  if (feature.kind === 'numeric') {
    const method = numeric === 'ks' ? 'Kolmogorov–Smirnov' : 'earth mover’s distance';
    const [before, after] = [sorted(feature.values, train), sorted(feature.values, test)];
    if (Math.min(before.length, after.length) < fewestRows) return { method };
    return { method, value: numeric === 'ks' ? kolmogorovStatistic(before, after) : earthMovers(before, after) };
  }
  const method = categories === 'cramers-v' ? 'Cramér’s V' : 'PSI';
  const [before, after] = [counted(feature, train), counted(feature, test)];
  const size = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  if (Math.min(size(before), size(after)) < fewestRows) return { method };
  const shared = withoutRare({ before, after });
  return { method, value: categories === 'cramers-v' ? cramersV(shared) : stabilityIndex(shared) };
}

const sorted = (values: Float64Array, rows: Rows): Float64Array =>
  Float64Array.from(rows, row => values[row]!)
    .filter(value => !Number.isNaN(value))
    .sort();

function counted({ codes, count }: Feature & { readonly kind: 'categorical' }, rows: Rows): number[] {
  const counts = Array.from({ length: count }, () => 0);
  for (const row of rows) if (codes[row]! >= 0) counts[codes[row]!]!++;
  return counts;
}

function finding(feature: Feature, drift: Drift, below: number): DataCheckFinding {
  const { value, method } = drift;
  const detail = value === undefined ? `fewer than ${fewestRows} values in a part` : method;
  return {
    subject: feature.name,
    ...(value !== undefined && { value }),
    passed: value === undefined || value < below,
    detail,
  };
}

/** The parts, each as a sample when it is large. */
function measuredParts(input: CheckInput): Parts | Unjudged {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const { train, test } = parts;
  return { train: sampled(train, mostMeasured, input.seed), test: sampled(test, mostMeasured, input.seed + 1) };
}

/** Said where a part was larger than what is measured of it. */
const partsNote = (input: CheckInput, { train, test }: Parts): string =>
  train.length + test.length < input.rows.length ? `, in samples of ${number(mostMeasured)} rows of a part` : '';

/** `feature-drift` */
export const featureDrift: Judge = input => {
  const parts = measuredParts(input);
  if ('unjudged' in parts) return parts;
  const { table, check, roles } = input;
  const below = check.below ?? 0.2;
  const findings = features(table, check, roles).map(feature =>
    finding(feature, driftOf(feature, parts, check), below),
  );
  if (findings.length > 0 && findings.every(({ value }) => value === undefined))
    return { unjudged: `a part has fewer than ${fewestRows} values of each feature`, broken: true };
  return {
    ...byColumn(findings, {
      what: 'drift',
      bound: `below ${score(below)} is asked for${partsNote(input, parts)}`,
      format: score,
    }),
    bound: below,
  };
};

/** `label-drift` */
export const labelDrift: Judge = input => {
  const parts = measuredParts(input);
  if ('unjudged' in parts) return parts;
  const label = labelOf(input);
  if ('unjudged' in label) return label;
  const below = input.check.below ?? 0.15;
  const feature: Feature =
    label.target.kind === 'values'
      ? { kind: 'numeric', name: label.name, values: label.target.values }
      : { kind: 'categorical', name: label.name, codes: label.target.codes, count: label.target.count };
  const drift = driftOf(feature, parts, input.check);
  if (drift.value === undefined)
    return { unjudged: `a part has fewer than ${fewestRows} values of ${label.name}`, broken: true };
  return {
    passed: drift.value < below,
    message: `the drift of ${label.name} is ${score(drift.value)} (${drift.method}); below ${score(below)} is asked for${partsNote(input, parts)}`,
    value: drift.value,
    bound: below,
    findings: [finding(feature, drift, below)],
  };
};

/** `label-correlation-change` */
export const labelCorrelationChange: Judge = async input => {
  const parts = measuredParts(input);
  if ('unjudged' in parts) return parts;
  const { table, check, roles, seed, signal } = input;
  const label = labelOf(input);
  if ('unjudged' in label) return label;
  const [change, below] = [check.change ?? 0.2, check.below ?? 0.7];
  const list = features(table, check, roles);
  const train = await powers(list, label.target, { rows: parts.train, seed, signal });
  const test = await powers(list, label.target, { rows: parts.test, seed, signal });
  const findings = list.map(({ name }): DataCheckFinding => {
    const [own, other] = [train.get(name), test.get(name)];
    if (own === undefined || other === undefined) return { subject: name, passed: true, detail: 'too few rows' };
    return {
      subject: name,
      value: own - other,
      passed: Math.abs(own - other) < change && own < below,
      detail: `${score(own)} in training rows, ${score(other)} in test rows`,
    };
  });
  const sortedBy = [...findings].sort(
    (a, b) => Number(a.passed) - Number(b.passed) || Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0),
  );
  const failing = sortedBy.filter(({ passed }) => !passed);
  const [worst] = sortedBy;
  const named = (failing.length > 0 ? failing.slice(0, 3) : sortedBy.slice(0, 1)).map(
    ({ subject, detail }) => `${subject} ${detail ?? ''}`,
  );
  const rest = failing.length > 3 ? `, and ${failing.length - 3} more` : '';
  const asked = `a difference below ${score(change)} and below ${score(below)} in training rows are asked for${partsNote(input, parts)}`;
  return {
    passed: failing.length === 0,
    message: `the predictive power score for ${label.name} ${failing.length > 0 ? 'is' : 'differs most for'} ${named.join('; ')}${rest}, of ${plural(findings.length, 'feature')}; ${asked}`,
    ...(worst?.value !== undefined && { value: worst.value }),
    bound: change,
    findings: sortedBy.slice(0, mostFindings),
  };
};

/** `multivariate-drift` */
export const multivariateDrift: Judge = async input => {
  const parts = partsOf(input);
  if ('unjudged' in parts) return parts;
  const { table, check, roles, sample, seed, signal, domain } = input;
  const below = check.below ?? 0.25;
  if (domain === undefined) return { unjudged: 'nothing is there that learns to tell the parts apart', broken: true };
  const list = features(table, check, roles);
  if (list.length === 0) return { unjudged: 'there is no feature to tell the parts apart by' };
  const size = Math.min(parts.train.length, parts.test.length, sample);
  if (size < fewestRows)
    return { unjudged: `${plural(size, 'row')} of a part are too few to tell it apart`, broken: true };
  const rows = Int32Array.from([...sampled(parts.train, size, seed), ...sampled(parts.test, size, seed + 1)]);
  const columns = list.map(feature => ({
    name: feature.name,
    categorical: feature.kind === 'categorical',
    values: Float64Array.from(rows, row =>
      feature.kind === 'numeric' ? feature.values[row]! : feature.codes[row]! < 0 ? Number.NaN : feature.codes[row]!,
    ),
  }));
  const part = Uint8Array.from(rows, (_, at) => (at < size ? 0 : 1));
  const found = await domain({ columns, part, seed }, signal);
  const value = Math.max(0, 2 * found.auc - 1);
  const findings = found.columns.slice(0, mostFindings).map(({ name, drop }) => ({
    subject: name,
    value: drop,
    passed: true,
    detail: `shuffled, it costs ${score(drop)} of the AUC`,
  }));
  const top = found.columns.filter(({ drop }) => drop > 0).slice(0, 3);
  const by = value >= below && top.length > 0 ? `, mostly by ${top.map(({ name }) => name).join(', ')}` : '';
  return {
    passed: value < below,
    message: `the parts are told apart with an AUC of ${score(found.auc)} on ${plural(found.rows, 'held-out row')}, a drift of ${score(value)}${by}; below ${score(below)} is asked for${sampleNote(rows, input)}`,
    value,
    bound: below,
    findings,
  };
};
