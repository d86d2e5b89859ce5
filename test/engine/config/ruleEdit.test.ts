import { describe, expect, test } from 'vitest';
import { roundedOutwards } from '../../../engine/config/edit/roundedOutwards';
import { parseConfig } from '../../../engine/config/parse';
import { LineIndex } from '../../../engine/config/yaml/lineIndex';
import type { RuleChange } from '../../../engine/protocol/config';
import { serviceOn } from './serviceKit';

const head = 'name: x\npipelines: {p: {steps: {s: {run: echo}}}}\nmodels:\n  m:\n    gates:\n      dev:\n';
const waiver = { until: '2026-12-31', owner: 'Ana B.', reason: 'labels: late, "sorry" #1' };
const waive = { set: 'waive', waiver } as const;

/** The text after the change; it must be as right as it was before. */
async function changed(text: string, change: RuleChange, rule = 0): Promise<string | undefined> {
  const { service } = serviceOn({});
  const edit = await service.editRule(`models.m.gates.dev.${rule}`, change, text);
  if (edit === null) return undefined;
  const lines = new LineIndex(text);
  const start = lines.offset(edit.range.startLine, edit.range.startColumn);
  const end = lines.offset(edit.range.endLine, edit.range.endColumn);
  const after = text.slice(0, start) + edit.text + text.slice(end);
  const { config, diagnostics } = parseConfig(after, 'modelyard.yaml');
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (change.set === 'waive') expect(config?.models['m']?.gates['dev']?.[rule]?.waive).toEqual(change.waiver);
  return after;
}
const written = 'waive: {until: 2026-12-31, owner: "Ana B.", reason: "labels: late, \\"sorry\\" #1"}';

describe('a waiver is written beside the rule, and all else stays', () => {
  test.each([
    [
      'in a flow mapping',
      '        - {metric: auc, at_least: 0.75} # why\n',
      `        - {metric: auc, at_least: 0.75, ${written}} # why\n`,
    ],
    [
      'with blanks inside',
      '        - { metric: auc, at_least: 0.75 }\n',
      `        - { metric: auc, at_least: 0.75, ${written} }\n`,
    ],
    [
      'in a block, behind a comment, at the end of the file',
      '        - metric: auc\n          at_least: 0.75 # why',
      `        - metric: auc\n          at_least: 0.75 # why\n          ${written}`,
    ],
    [
      'in a block before another rule and a blank line',
      '        - metric: auc\n          at_least: 0.75\n\n        - {metric: ks, at_least: 0.1}\n',
      `        - metric: auc\n          at_least: 0.75\n          ${written}\n\n        - {metric: ks, at_least: 0.1}\n`,
    ],
    [
      'in place of an earlier one',
      '        - {metric: auc, at_least: 0.75, waive: {until: 2020-01-01, owner: ana, reason: old}}\n',
      `        - {metric: auc, at_least: 0.75, ${written}}\n`,
    ],
    [
      'in place of an earlier one in a block',
      '        - metric: auc\n          waive:\n            until: 2020-01-01\n            owner: ana\n            reason: old\n          at_least: 0.75\n',
      undefined,
    ],
  ])('%s', async (_, rules, expected) => {
    const after = await changed(head + rules, waive);
    if (expected === undefined) expect(after).toContain('at_least: 0.75\n');
    else expect(after).toBe(head + expected);
  });

  test('the right one of several rules, and with the line breaks of the file', async () => {
    const text = `${head}        - {metric: auc, at_least: 0.75}\n        - metric: ks\n          at_least: 0.1\n`;
    const windows = text.replaceAll('\n', '\r\n');
    expect(await changed(windows, waive, 1)).toBe(windows.replace(/0\.1\r\n$/, `0.1\r\n          ${written}\r\n`));
  });

  test('not where there is no such rule, and not until a day that there is not', async () => {
    const text = `${head}        - {metric: auc, at_least: 0.75}\n`;
    expect(await changed(text, waive, 3)).toBeUndefined();
    await expect(changed(text, { set: 'waive', waiver: { ...waiver, until: '2026-02-30' } })).rejects.toThrow(
      'There is no day 2026-02-30.',
    );
  });
});

describe('a bound that what was observed passes', () => {
  test.each([
    ['{metric: auc, at_least: 0.75}', 0.7389, '{metric: auc, at_least: 0.738}'],
    ['{metric: cost, at_most: 0.5}', 0.6131, '{metric: cost, at_most: 0.614}'],
    ['{check: sample, min_rows: 500}', 300, undefined],
    ['{metric: auc, better_than: dev}', 0.7, undefined],
    ['{metric: auc, at_least: 0.75}', Number.NaN, undefined],
  ])('%s with %d', async (rule, observed, expected) => {
    const after = await changed(`${head}        - ${rule}\n`, { set: 'bound', observed });
    expect(after).toBe(expected && `${head}        - ${expected}\n`);
  });

  test.each([
    [0.1 + 0.2, 'up', '0.301'],
    [0.3, 'down', '0.3'],
    [0.29, 'down', '0.29'],
    [1.1, 'up', '1.1'],
    [12345.6, 'down', '12345'],
    [-0.1234, 'down', '-0.124'],
    [-0.1234, 'up', '-0.123'],
    [0.000_012_345, 'up', '0.0000124'],
    [0, 'up', '0'],
  ] as const)('%d %s is %s', (value, direction, expected) => {
    expect(roundedOutwards(value, direction)).toBe(expected);
  });

  test('passes for any value', () => {
    for (let i = 1; i < 5000; i++) {
      const value = Math.sin(i) * 10 ** ((i % 14) - 7);
      expect(Number(roundedOutwards(value, 'down'))).toBeLessThanOrEqual(value);
      expect(Number(roundedOutwards(value, 'up'))).toBeGreaterThanOrEqual(value);
    }
  });
});
