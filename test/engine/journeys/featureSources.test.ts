import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { journey } from '../../support/journey';
import { duckdbSources, lineAt, loanSources, type Loan, type LoanSource } from '../../support/loanSources';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const day = 86_400_000;
const start = Date.now();
const ago = (days: number): string => new Date(start - days * day).toISOString();
const [ttl, over] = [4000 * day, 400 * day];

/** A view of its own for each kind of source: what is online stays. */
const config = (view: string, dataset: string): string => `name: sources
tracking: {system_metrics: false}
datasets:
  loans: ${dataset}
  asked: {path: asked.csv}
entities:
  applicant: {key: applicant_id, type: integer}
features:
  ${view}:
    entity: applicant
    source: loans
    event_time: opened_at
    created_time: known_at
    ttl: 4000d
    columns: [amount, grade]
    compute: {ratio: amount / income}
    windows:
      n: {count: '*', over: 400d}
      spent: {sum: amount, over: 400d}
      mean: {mean: amount, over: 400d}
      least: {min: amount, over: 400d}
      most: {max: amount, over: 400d, where: income > 0}
      newest: {last: grade, over: 400d}
      grades: {distinct: grade, over: 400d}
feature_services:
  credit: {features: [${view}]}
`;

const loan = (
  applicant_id: number | null,
  [opened, known]: readonly [number, number | null],
  [amount, grade, income]: readonly [number | null, string | null, number],
): Loan => ({
  ...{ applicant_id, amount, grade, income, opened_at: ago(opened), known_at: known === null ? null : ago(known) },
});

const first: readonly Loan[] = [
  loan(1, [300, 299], [100, 'A', 200]),
  loan(1, [20, 19], [0.25, 'B', 0]),
  loan(3, [5000, 4999], [9, 'A', 1]), // expired
  loan(1, [20, 10], [0.5, 'é "x", 日本', 2]), // a correction
  loan(2, [200, 199], [50, 'A', 10]),
  loan(2, [15, null], [51, 'A', 10]), // nothing says when it became known
  loan(4, [-10, -10], [7, 'A', 1]), // of the future
  loan(5, [3, 2], [null, null, 5]),
  loan(null, [3, 2], [1, 'A', 1]),
];

/** Known as of `known`: one of an earlier event than what is there, newer ones, and entities that are new. */
const later = (known: string): readonly Loan[] =>
  [
    loan(1, [250, 0], [7.5, 'C', 15]),
    loan(2, [1, 0], [60, 'D', 0]),
    loan(6, [1, 0], [5, 'E', 5]),
    loan(3, [2, 0], [9, 'A', 3]),
  ].map(row => ({ ...row, known_at: known }));

/** What the features of an entity were at a time, by the rules that docs/features.md states. */
function expected(rows: readonly Loan[], key: number, time: number) {
  const known = rows
    .filter(row => row.applicant_id === key && row.known_at !== null)
    .map(row => ({ ...row, event: Date.parse(row.opened_at), created: Date.parse(row.known_at ?? '') }))
    .filter(({ event, created }) => event <= time && created <= time)
    .toSorted((a, b) => a.event - b.event || a.created - b.created);
  const newest = known.at(-1);
  const row = newest && newest.event >= time - ttl ? newest : undefined;
  const within = known.filter(({ event }) => event > time - over);
  const amounts = within.flatMap(({ amount }) => amount ?? []);
  const earning = within.flatMap(({ amount, income }) => (income > 0 && amount !== null ? [amount] : []));
  const grades = within.flatMap(({ grade }) => grade ?? []);
  const sum = amounts.reduce((total, one) => total + one, 0);
  return {
    amount: row?.amount ?? null,
    grade: row?.grade ?? null,
    ratio: row && row.amount !== null && row.income !== 0 ? row.amount / row.income : null,
    n: within.length,
    spent: sum,
    mean: amounts.length > 0 ? sum / amounts.length : null,
    least: amounts.length > 0 ? Math.min(...amounts) : null,
    most: earning.length > 0 ? Math.max(...earning) : null,
    newest: grades.at(-1) ?? null,
    grades: new Set(grades).size,
  };
}

const keys = [1, 2, 3, 4, 5, 6, 7];
const times = [301, 299.5, 15, 5].map(days => start - days * day);

/** The features of each row of asked.csv. */
async function joined() {
  const asked = { service: 'credit', entities: 'asked', eventTime: 'asked_at', to: 'joined.jsonl', force: true };
  const { rows } = await at.client.call('features/trainingSet', asked);
  const lines = readFileSync(path.join(at.folder, 'joined.jsonl'), 'utf8').trim().split('\n');
  expect(rows).toBe(lines.length);
  return lines.map(line => {
    const { applicant_id: _, asked_at: __, ...features } = JSON.parse(line) as Record<string, unknown>;
    return features;
  });
}

async function online(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { features } = await at.client.call('features/online', { service: 'credit', entities: { applicant_id: keys } });
  return keys.map((_, row) => Object.fromEntries(features.map(({ name, values }) => [name, values[row]])));
}

/** Joins at some times and now, and what is online, are all what is expected of the rows. */
async function assertAll(rows: readonly Loan[]): Promise<void> {
  const pairs = [...times, Date.now()].flatMap(time => keys.map(key => ({ key, time })));
  const lines = pairs.map(({ key, time }) => `${key},${new Date(time).toISOString()}`);
  at.write({ 'asked.csv': ['applicant_id,asked_at', ...lines, ''].join('\n') });
  const found = await joined();
  expect(found).toEqual(pairs.map(({ key, time }) => expected(rows, key, time)));
  expect(await online()).toEqual(found.slice(-keys.length));
}

/** Of entities that are asked for at no time: as they are now. */
async function assertPreview(view: string, { hasLines }: LoanSource, rows: readonly Loan[]): Promise<void> {
  at.write({ 'asked.csv': `applicant_id\n${keys.join('\n')}\n` });
  const asked = { features: [`${view}:amount`], entities: 'asked' };
  const { preview } = await at.client.call('features/preview', asked);
  const now = Date.now();
  for (const [row, { cells }] of preview.entries()) {
    const { value, matched } = cells[0]!;
    expect(value).toBe(expected(rows, keys[row]!, now).amount);
    if (value === null) continue;
    expect(matched?.place).toBeDefined();
    if (hasLines) expect(lineAt(at.folder, matched!.place!)).toContain(String(value));
  }
}

async function endToEnd(view: string, source: LoanSource): Promise<void> {
  await source.begin(at.folder, first);
  at.write({ 'modelyard.yaml': config(view, source.dataset), 'asked.csv': 'applicant_id\n1\n' });
  expect((await at.diagnostics()).map(([marked]) => marked)).toEqual(source.marked ?? []);
  expect((await at.text('features', 'apply')).stdout).toBe(`✓  ${view}  v1  new\n`);
  const computed = await at.client.call('features/compute', { view });
  expect(computed).toMatchObject({ rows: first.length, entities: 5 });
  await assertPreview(view, source, first);

  const made = await at.client.call('features/materialise', {});
  expect(made).toMatchObject([{ view, status: 'complete', rows: 5 }]); // without the future, what is not known and what has expired
  await assertAll(first);

  const known = Date.now();
  const more = later(new Date(known).toISOString());
  await source.add(at.folder, more);
  await delay(Math.max(0, known + 1 - Date.now()));
  const next = await at.cli('features', 'materialise', view);
  expect(next).toMatchObject({ code: 0, json: [{ status: 'complete', from: made[0]?.to, rows: more.length }] });
  await assertAll([...first, ...more]);
  await assertPreview(view, source, [...first, ...more]);

  const nothing = await at.client.call('features/materialise', {});
  expect(nothing).toMatchObject([{ status: 'complete', rows: 0, written: 0 }]);
  expect(await online()).toEqual(keys.map(key => expected([...first, ...more], key, Date.now())));
  expect((await at.client.call('features/apply', {})).views).toEqual([{ view, version: 1, isNew: false }]);
}

describe('features of', () => {
  test.each(Object.entries(loanSources))('%s', (name, source) => endToEnd(viewOf(name), source));

  const packages = process.env['MODELYARD_TEST_DUCKDB'];
  test.for(Object.entries(duckdbSources(packages ?? '')))('%s', async ([name, source], context) => {
    if (packages === undefined) context.skip('MODELYARD_TEST_DUCKDB is not set');
    await endToEnd(viewOf(name), source);
  });
});

const viewOf = (name: string): string => name.toLowerCase().replaceAll(' ', '_');
