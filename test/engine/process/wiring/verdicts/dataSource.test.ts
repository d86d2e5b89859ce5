import { expect, test } from 'vitest';
import * as v from 'valibot';
import { dataChecks } from '../../../../../engine/config/grammar/dataChecks/dataCheck';
import { parseConfig } from '../../../../../engine/config/parse';
import { checkText } from '../../../../../engine/data/suites/checkText';
import { ModelyardError } from '../../../../../engine/errors';
import type { DataSourceOptions } from '../../../../../engine/process/wiring/verdicts/dataSource';
import { dataSource } from '../../../../../engine/process/wiring/verdicts/dataSource';
import { isSplitSo } from '../../../../../engine/process/wiring/verdicts/partReports';
import { checkVerdicts } from '../../../../../engine/process/wiring/verdicts/checkVerdicts';
import type { DataCheckReport, DataCheckResult } from '../../../../../engine/protocol/dataChecks';
import type { DatasetSource } from '../../../../../engine/protocol/jobs';
import { Selection } from '../../../../../engine/verdicts/selection';

const waive = { until: `${new Date().getFullYear() + 1}-06-30`, owner: 'ana', reason: 'late' };
const source = (checks: readonly unknown[]): DatasetSource => ({
  ...{ name: 'd', path: '/w/d.csv', file: 'd.csv', format: 'csv', missing: [], expect: [], roles: { label: 'y' } },
  checks: v.parse(dataChecks, checks),
});
const planned = (checks: readonly unknown[]) => source(checks).checks ?? [];

/** What was judged of these checks. */
function report(checks: readonly unknown[], how: Partial<DataCheckResult>): DataCheckReport {
  const results = planned(checks).map((check): DataCheckResult => ({
    ...{
      dataset: 'd',
      check: check.check,
      suite: check.suite,
      verdict: 'failed',
      severity: 'error',
      index: check.entry,
    },
    ...{
      rule: checkText(check),
      message: `${check.check}: bad.`,
      findings: [],
      failing: 0,
      checked: 1,
      rows: [],
      ...how,
    },
  }));
  return { dataset: 'd', digest: 'a', suite: 'integrity', rows: 1, roles: { label: 'y' }, results };
}

const judged = (checks: readonly unknown[], given: DataCheckReport | undefined) =>
  checkVerdicts(source(checks), planned(checks), {
    missing: 'was not judged',
    isPending: true,
    ...(given && { report: given }),
  }).map(({ outcome, sentence }) => [outcome, sentence]);

test('a result is of the rule as it was: another bound, column or label is another rule, severity and place are not', () => {
  const before = [{ check: 'nulls', at_most: 0.1, columns: ['a'] }];
  const found = report(before, {});
  const unknown = [['unknown', expect.stringContaining('was not judged.')]];
  expect(judged(before, found)).toEqual([['warned', 'nulls: bad.']]); // as `nulls` does by default
  expect(judged([{ check: 'nulls', at_most: 0.1, columns: ['a'], severity: 'error' }], found)).toEqual([['failed', 'nulls: bad.']]); // prettier-ignore
  expect(judged([{ check: 'nulls', at_most: 0.1, columns: ['a'], severity: 'warn' }], found)).toEqual([['warned', 'nulls: bad.']]); // prettier-ignore
  for (const other of [{ at_most: 0.2, columns: ['a'] }, { at_most: 0.1, columns: ['b'] }, { at_most: 0.1 }])
    expect(judged([{ check: 'nulls', severity: 'error', ...other }], found)).toEqual(unknown);
  expect(judged(before, { ...found, roles: { label: 'z' } })).toEqual([['warned', expect.stringContaining('was not')]]);
});

test('a waiver counts as it is now, whatever it was when it was judged, also of what could not be judged', () => {
  const rule = { check: 'conflicting-labels' };
  const was = { until: '2020-01-01', owner: 'bob', reason: 'old' };
  const then = report([rule], {
    ...{ verdict: 'waived', underlying: 'failed', waiver: was },
    message: 'conflicting-labels: bad; waived until 2020-01-01 by bob: old.',
  });
  expect(judged([rule], then)).toEqual([['failed', 'conflicting-labels: bad.']]);
  const now = [{ ...rule, waive }];
  expect(judged(now, then)).toEqual([['waived', `conflicting-labels: bad; waived until ${waive.until} by ana: late.`]]);
  expect(judged(now, undefined)).toEqual([
    ['waived', expect.stringMatching(/was not judged; waived until .+ late\.$/)],
  ]);
});

test('of a suite each check is one by itself, and what does not apply is none', () => {
  const checks = ['integrity'];
  const found = checkVerdicts(source(checks), planned(checks), {
    ...{ missing: '', isPending: false, report: report(checks, { verdict: 'passed' }) },
  });
  expect(found).toHaveLength(14);
  expect(found[0]).toMatchObject({ id: 'dataset/d/checks/single-value', check: 'single-value', key: 'datasets.d.checks.0' }); // prettier-ignore
  expect(judged(checks, report(checks, { verdict: 'skipped' }))).toEqual([]);
});

test('parts are judged by the split that modelyard.yaml has now', () => {
  const split = { seed: 1, share: 0.3, by: 'y' };
  expect(isSplitSo({ split }, { test: 0.3, seed: 1, stratify: 'y' })).toBe(true);
  for (const other of [
    { test: 0.2, seed: 1, stratify: 'y' },
    { test: 0.3, seed: 2, stratify: 'y' },
    { test: 0.3, seed: 1 },
  ])
    // prettier-ignore
    expect(isSplitSo({ split }, other)).toBe(false);
  expect(isSplitSo({}, { test: 0.3, seed: 1 })).toBe(false); // a run of an earlier build
});

const yaml = (checks: string, step = '') => `name: w
datasets: {d: {path: d.csv, checks: ${checks}}}
pipelines:
  p:
    steps:
      s: {uses: split, with: {dataset: d}}
      ${step}
`;

test.each<[string, string, string, readonly string[]]>([
  ['no step judges the parts', '[sizes]', '', ['unknown sizes (ratio 0.01) is judged by no step']],
  [
    'no run has judged them',
    '[sizes]',
    'v: {uses: validate, needs: s, with: {dataset: d, train_test: true}}',
    ['unknown sizes (ratio 0.01) was not judged yet: `modelyard run p` judges it.'],
  ],
  ['the file is not there', '[mixed-nulls]', '', ['unknown mixed-nulls ≤ 1 cannot be judged: There is no file d.csv.']],
])('%s: unknown, with what to do', async (_, checks, step, expected) => {
  const { config } = parseConfig(yaml(checks, step), 'modelyard.yaml');
  const dataset = config?.datasets['d'];
  const isThere = step !== '' || checks === '[sizes]';
  const nothing = new ModelyardError('not-found', 'No version.');
  const options: DataSourceOptions = {
    data: {
      versions: () => [],
      get: () => {
        throw nothing;
      },
    },
    calls: {
      validate: () => Promise.reject(nothing),
      status: () => Promise.resolve([]),
    },
    sources: () => Promise.resolve([{ ...source([]), checks: dataset?.checks ?? [] }]),
    pipelines: { search: () => [] },
    artifactText: () => Promise.resolve(undefined),
  };
  const fresh = !isThere;
  const asked = { selection: new Selection(), config, diagnostics: [], fresh, progress: () => undefined };
  const [group] = await dataSource(options).judge(asked, new AbortController().signal);
  expect(group?.verdicts.map(({ outcome, sentence }) => `${outcome} ${sentence}`)).toEqual(
    expected.map(text => expect.stringContaining(text)),
  );
});
