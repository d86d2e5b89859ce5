import { beforeEach, expect, test } from 'vitest';
import * as vscode from 'vscode';
import type { FeatureAlert } from '../../engine/protocol/featureMonitoring';
import type { Materialisation } from '../../engine/protocol/featureOnline';
import { tellChecked, tellMaterialised } from '../../src/commands/featureTelling';

const told: { text: string; buttons: readonly string[] }[] = [];
const asked: unknown[] = [];
let answer: string | undefined;
const pages = { openFeatureView: (...args: readonly unknown[]) => void asked.push(args.slice(1)) };
const folder = vscode.Uri.file('/w');

beforeEach(() => {
  for (const list of [told, asked]) list.length = 0;
  answer = undefined;
  const say = (text: string, ...buttons: readonly string[]): Promise<string | undefined> => {
    told.push({ text, buttons });
    return Promise.resolve(answer);
  };
  Object.assign(vscode.window, { showWarningMessage: say, showInformationMessage: say });
  Object.assign(vscode.commands, {
    executeCommand: (id: string, argument: unknown) => Promise.resolve(void asked.push([id, argument])),
  });
});

const done = (view: string, more: Partial<Materialisation> = {}): Materialisation => ({
  ...{ id: 1, view, version: 2, to: Date.UTC(2026, 4, 1), status: 'complete', rows: 0, written: 0, startedAt: 0 },
  ...more,
});
const from = Date.UTC(2026, 2, 1, 12);

test('where nothing was found: from when on, and everything at a press', async () => {
  answer = 'Materialise Everything';
  await tellMaterialised([done('loans', { from })], folder, pages);
  expect(told[0]?.text).toMatch(/^loans@v2: there are no rows from Mar 1, 2026, \d.+ on\. .+ from now − ttl\.$/);
  expect(asked).toEqual([['modelyard.materialiseFeatures', { folder: folder.toString(), view: 'loans', full: true }]]);
});

test('of several views the earliest time is told, and none is named to the command', async () => {
  answer = 'Materialise Everything';
  await tellMaterialised([done('loans', { from: from + 40 * 86_400_000 }), done('income', { from })], folder, pages);
  expect(told[0]?.text).toMatch(/^loans@v2, income@v2: there are no rows from Mar 1, 2026/);
  expect(asked).toEqual([['modelyard.materialiseFeatures', { folder: folder.toString(), full: true }]]);
});

test('where all of an empty source was looked at there is nothing more to take', async () => {
  await tellMaterialised([done('loans')], folder, pages);
  expect(told).toEqual([{ text: 'loans@v2: there are no rows.', buttons: [] }]);
});

test('what came online is told, in the singular as well', async () => {
  await tellMaterialised([done('loans', { rows: 180_000, written: 30_000 })], folder, pages);
  await tellMaterialised([done('loans', { rows: 1, written: 1 })], folder, pages);
  expect(told.map(({ text }) => text)).toEqual([
    'loans@v2: 30,000 entities brought online, from 180,000 rows.',
    'loans@v2: 1 entity brought online, from 1 row.',
  ]);
});

test('one alert is told in its own words', async () => {
  await tellChecked(check([alert('a')]), folder, pages);
  expect(told[0]?.text).toBe('a has drifted.');
});

const alert = (feature: string): FeatureAlert => ({
  ...{ view: 'loans', version: 2, feature, kind: 'drift', value: 1, bound: 0.2, since: 0 },
  message: `${feature} has drifted.`,
});
const check = (alerts: readonly FeatureAlert[]) => ({ alerts, statistics: [], skew: [], failures: [] });

test('the first alerts are told and the number of all others; the page shows them', async () => {
  answer = 'Show Alerts';
  await tellChecked(check(['a', 'b', 'c', 'd', 'e'].map(alert)), folder, pages);
  expect(told[0]?.text).toBe(
    '5 alerts: loans@v2 a: drift 1, at most 0.2; loans@v2 b: drift 1, at most 0.2; loans@v2 c: drift 1, at most 0.2; 2 more.',
  );
  expect(asked).toEqual([['loans', { part: 'use' }]]);
});

test('views that could not be checked are told first', async () => {
  const failures = [{ view: 'paid', error: { code: 'data.missing', message: 'There is no file paid.csv.' } as const }];
  await tellChecked({ ...check([]), failures }, folder, pages);
  expect(told).toEqual([{ text: 'There is no file paid.csv.', buttons: [] }]);
});
