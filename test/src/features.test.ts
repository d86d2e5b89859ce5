import { describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import type { FeatureAlert } from '../../engine/protocol/featureMonitoring';
import type { FeatureViewSummary } from '../../engine/protocol/features';
import type { Materialisation } from '../../engine/protocol/featureOnline';
import { timesFirst } from '../../src/commands/joinSteps';
import { onlineReport } from '../../src/commands/onlineReport';
import { problemsOf } from '../../src/editor/featureProblems';
import { alertText, freshnessText, originText, span, viewLens, viewState } from '../../src/views/featureText';

const minute = 60_000;
const aView = (more: Partial<FeatureViewSummary> = {}): FeatureViewSummary => ({
  ...{ name: 'loans', kind: 'batch', tags: {}, entities: ['applicant'], push: false, features: [], versions: 1 },
  ...{ version: 2, freshness: {}, consumers: { services: [], models: [], endpoints: [] }, alerts: [] },
  ...more,
});
const last = (status: Materialisation['status'], more: Partial<Materialisation> = {}): Materialisation => ({
  ...{ id: 1, view: 'loans', version: 2, to: 0, status, rows: 0, written: 0 },
  ...{ startedAt: Date.now() - 3 * minute, endedAt: Date.now() - 2 * minute },
  ...more,
});
const { version: _, ...unrecorded } = aView();
const alert = { view: 'loans', version: 2, kind: 'age', message: 'It is old.', value: 3, bound: 2, since: 0 } as const;

describe('how a view stands', () => {
  test.each([
    [
      aView({ freshness: { materialisedTo: Date.now() - 5 * minute, entities: 1204 } }),
      'online',
      'online up to 5 min ago',
    ],
    [aView({ freshness: { newestEvent: Date.now() - 5 * minute } }), 'offline', 'not online, newest event 5 min ago'],
    [
      aView({ freshness: { materialisedTo: Date.now(), isEmpty: true } }),
      'offline',
      'nothing online: no rows were found',
    ],
    [aView({ freshness: { pushedTo: Date.now() - 5 * minute } }), 'offline', 'pushed up to 5 min ago'],
    [aView(), 'offline', 'not online yet'],
    [unrecorded, 'new', 'not recorded yet'],
    [aView({ kind: 'on-demand' }), 'request', 'computed at request'],
    [aView({ problem: 'loans has no column x.' }), 'broken', 'cannot be resolved'],
    [aView({ freshness: { last: last('running') } }), 'running', 'materialising since 3 min ago'],
    [aView({ freshness: { last: last('interrupted') } }), 'failed', 'materialising was interrupted 2 min ago'],
    [aView({ alerts: [alert], freshness: { last: last('complete') } }), 'alert', 'not online yet'],
  ] as const)('%#', (view, state, text) => {
    expect(viewState(view)).toBe(state);
    expect(freshnessText(view)).toBe(text);
  });

  test('the lens is short, begins with the state, and is there before anything is known', () => {
    const online = aView({ freshness: { materialisedTo: Date.now() - 5 * minute, entities: 1204 } });
    expect(viewLens(undefined)).toBe('not recorded yet');
    expect(viewLens(online)).toBe('$(layers-active)\u00a0v2 · online up to 5 min ago · 1,204 entities in its source');
    expect(viewLens({ ...online, alerts: [alert] })).toBe('$(warning)\u00a0v2 · online up to 5 min ago · 1 alert');
  });
});

test('an alert in short, beside its view', () => {
  const of = (kind: FeatureAlert['kind'], value: number, bound: number): string =>
    alertText({ ...alert, feature: 'income', kind, value, bound });
  expect(of('nulls', 0.024, 0.01)).toBe('income: 2.4\u00a0% null, at most 1\u00a0%');
  expect(of('drift', 8.27623, 0.25)).toBe('income: drift 8.2762, at most 0.25');
  expect(of('skew', 1, 0)).toBe('income: 100\u00a0% served differently, at most 0\u00a0%');
  expect(alertText({ ...alert, value: 2880 * minute, bound: 1440 * minute })).toBe('2 d old, at most 1 d');
});

test('where a feature comes from, as it is written', () => {
  const day = 1440 * minute;
  expect(originText({ kind: 'window', aggregate: 'mean', of: 'amount', over: 30 * day })).toBe(
    'mean(amount) over 30 d',
  );
  expect(originText({ kind: 'window', aggregate: 'count', over: day / 2, where: "a = 'b'" })).toBe(
    "count(*) over 12 h where a = 'b'",
  );
  expect(originText({ kind: 'expression', expression: 'a / b' })).toBe('a / b');
  expect(span(90 * minute)).toBe('1.5 h');
});

test('problems name once who depends on the view, the worst first', () => {
  const consumers = { services: ['risk'], models: [{ model: 'm', version: 3 }], endpoints: ['m production'] };
  const view = aView({
    ...{ problem: 'No column x.', alerts: [{ ...alert, message: 'It is old. Used by m@3.' }], consumers },
    freshness: { last: last('failed', { problem: 'Redis went away.' }) },
  });
  expect(problemsOf(view).map(({ text }) => text)).toEqual([
    'No column x. m v3, m production depend on it.',
    'loans was not materialised: Redis went away. m v3, m production depend on it.',
    'It is old. Used by m@3.',
  ]);
  expect(problemsOf(view)[0]?.severity).toBe(vscode.DiagnosticSeverity.Error);
  expect(problemsOf(aView({ freshness: { last: last('cancelled') } }))).toEqual([]);
});

test('columns with times are offered first', () => {
  const columns = [
    { name: 'id', type: 'integer' },
    { name: 'at', type: 'datetime' },
    { name: 'day', type: 'date' },
  ] as const;
  expect(timesFirst(columns).map(({ name }) => name)).toEqual(['at', 'day', 'id']);
});

test('values as they are served, each with its status; no text of the data is Markdown', () => {
  const report = onlineReport({
    entities: { applicant_id: [7] },
    features: [
      {
        ...{ name: 'grade', reference: 'loans@v2:grade', values: ['*A*|'] },
        ...{ statuses: ['PRESENT'], eventTimes: [Date.now() - 5 * minute] },
      },
      { name: 'x', reference: 'loans@v2:x', values: [null], statuses: ['OUTSIDE_MAX_AGE'], eventTimes: [null] },
    ],
  });
  expect(report).toContain('# applicant\\_id = 7');
  expect(report).toContain('| loans@v2:grade | \\*A\\*\\| | present | 5 min ago |');
  expect(report).toContain('| loans@v2:x | – | expired | – |');
});
