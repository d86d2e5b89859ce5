import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { LineIndex } from '../../../engine/config/yaml/lineIndex';
import type { RuleChange } from '../../../engine/protocol/config';
import { serviceOn } from './serviceKit';

const waiver = { until: '2026-12-31', owner: 'ana', reason: 'late' };
const waive = { set: 'waive', waiver } as const;
const written = 'waive: {until: 2026-12-31, owner: ana, reason: late}';
const pipelines = 'pipelines: {p: {steps: {s: {run: echo}}}}\n';

/** `checks:` after the change of the entry; the file must be as right as it was before. */
async function changed(checks: string, change: RuleChange, entry = 0): Promise<string | undefined> {
  const head = `name: x\ndatasets:\n  d:\n    path: d.csv\n    checks:`;
  const text = `${head}${checks}\n${pipelines}`;
  const { service } = serviceOn({ 'd.csv': 'a\n1\n' });
  const edit = await service.editRule(`datasets.d.checks.${entry}`, change, text);
  if (edit === null) return undefined;
  const lines = new LineIndex(text);
  const start = lines.offset(edit.range.startLine, edit.range.startColumn);
  const end = lines.offset(edit.range.endLine, edit.range.endColumn);
  const after = text.slice(0, start) + edit.text + text.slice(end);
  expect(parseConfig(after, 'modelyard.yaml').diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return after.slice(head.length, -pipelines.length - 1);
}

test.each<[string, string, RuleChange, string | undefined]>([
  ['a name', ' [duplicates, nulls]', waive, ` [{check: duplicates, ${written}}, nulls]`],
  ['a name in a block', '\n      - nulls # why', waive, `\n      - {check: nulls, ${written}} # why`],
  ['a mapping', '\n      - {check: nulls}', waive, `\n      - {check: nulls, ${written}}`],
  [
    'a check of a suite, beside it',
    '\n      - integrity # all\n      - sizes',
    { ...waive, check: 'nulls' },
    `\n      - integrity # all\n      - {check: nulls, ${written}}\n      - sizes`,
  ],
  [
    'a check of a suite on one line',
    ' [integrity]',
    { ...waive, check: 'nulls' },
    ` [integrity, {check: nulls, ${written}}]`,
  ],
  [
    'with what the suite says of it',
    '\n      - check: integrity\n        severity: warn\n        columns: [a]\n        label: a',
    { ...waive, check: 'nulls' },
    `\n      - check: integrity\n        severity: warn\n        columns: [a]\n        label: a\n      - {check: nulls, severity: warn, columns: [a], ${written}}`,
  ],
  [
    'without what the check does not take',
    '\n      - {check: integrity, columns: [a], label: a}',
    { ...waive, check: 'class-imbalance' },
    `\n      - {check: integrity, columns: [a], label: a}\n      - {check: class-imbalance, ${written}}`,
  ],
  [
    'a bound that is written',
    ' [{check: nulls, at_most: 0.1}]',
    { set: 'bound', observed: 0.2345, bound: 'at_most' },
    ' [{check: nulls, at_most: 0.235}]',
  ],
  [
    'a bound that is not written yet',
    ' [class-imbalance]',
    { set: 'bound', observed: 0.0567, bound: 'at_least' },
    ' [{check: class-imbalance, at_least: 0.0567}]',
  ],
  [
    'a bound of a check of a suite',
    ' [integrity]',
    { set: 'bound', observed: 0.0567, bound: 'at_most', check: 'duplicates' },
    ' [integrity, {check: duplicates, at_most: 0.0567}]',
  ],
])('%s', async (_, checks, change, expected) => {
  expect(await changed(checks, change)).toBe(expected);
});

test('a gate gets no bound that its kind does not have', async () => {
  const { service } = serviceOn({});
  const text = `name: x\n${pipelines}models:\n  m:\n    gates:\n      dev: [{check: latency, p99_ms: 5}]\n`;
  const change = { set: 'bound', observed: 7, bound: 'at_most' } as const;
  expect(await service.editRule('models.m.gates.dev.0', change, text)).toBeNull();
});

test('nothing that stands in a list of other things is taken for a check', async () => {
  const { service } = serviceOn({});
  const text = `name: x\ndatasets: {d: {path: d.csv, missing: ['-']}}\n${pipelines}`;
  expect(await service.editRule('datasets.d.missing.0', waive, text)).toBeNull();
});
