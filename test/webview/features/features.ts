import type { FeatureStatus, JoinCounts, JoinPreview } from '../../../engine/protocol/featureJoins';
import type { FeatureViewDetail, FeatureViewVersion } from '../../../engine/protocol/features';
import type { Materialisation } from '../../../engine/protocol/featureOnline';
import type { FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import type { ViewContext } from '../../../webview/features/view/viewContext';
import { PageState } from '../../../webview/shared/state';

const none: Readonly<Record<FeatureStatus, number>> = {
  ...{ present: 0, 'null-value': 0, 'no-row': 0, 'not-yet-known': 0, expired: 0, 'no-key': 0, 'no-time': 0 },
};

export const counts = (column: string, statuses: Partial<JoinCounts['statuses']>): JoinCounts => ({
  ...{ column, reference: `loans@v2:${column}`, changedByLater: 0 },
  statuses: { ...none, ...statuses },
});

export const day = 86_400_000;

/** Two rows: one is matched and would be otherwise with later knowledge, one has expired. */
export const aPreview = (more: Partial<JoinPreview> = {}): JoinPreview => ({
  ...{ rows: 40, entityColumns: ['applicant_id', 'applied_at'], definition: 'd'.repeat(64), cpu: 10, took: 400 },
  columns: [counts('grade', { present: 30, expired: 10 }), counts('income', { present: 39, 'no-row': 1 })],
  sources: [
    { view: 'loans', version: 2, rows: 1200, withoutTime: 0, withoutCreated: 0, withoutKey: 0, tellsKnown: true },
  ],
  preview: [
    {
      ...{ row: 0, entity: [7, '2026-03-02'], time: 100 * day },
      cells: [
        {
          ...{ value: '<b>A</b>', status: 'present' },
          matched: { event: 97 * day, created: 98 * day, place: { file: 'data/loans.csv', line: 42 } },
          later: { value: 'B', event: 99 * day, created: 104 * day },
        },
        { value: null, status: 'no-row' },
      ],
    },
    {
      ...{ row: 5, entity: [null, null] },
      cells: [
        { value: null, status: 'expired', matched: { event: 2 * day } },
        { value: 3, status: 'present', matched: { event: 100 * day, rows: 12 } },
      ],
    },
  ],
  ...more,
});

export const aViewVersion = (version: number): FeatureViewVersion => ({
  ...{ view: 'loans', version, hash: String(version).repeat(64), createdAt: version },
  definition: {
    ...{ kind: 'batch', push: false, timezone: 'UTC', entities: [] },
    features: [{ name: 'grade', type: 'string', from: { kind: 'column', column: 'Grade' } }],
  },
});

export const aMaterialisation = (more: Partial<Materialisation> = {}): Materialisation => ({
  ...{ id: 1, view: 'loans', version: 2, to: 90 * day, status: 'complete', rows: 100, written: 40 },
  ...{ startedAt: 0, endedAt: 1500 },
  ...more,
});

export const aView = (more: Partial<FeatureViewDetail> = {}): FeatureViewDetail => ({
  ...{ name: 'loans', kind: 'batch', tags: {}, entities: ['applicant'], source: 'loans_file', push: false },
  ...{ ttl: 365 * day, version: 2, versions: 2, alerts: [] },
  features: [
    { name: 'grade', type: 'string', from: { kind: 'column', column: 'Grade' } },
    { name: 'income', type: 'number', from: { kind: 'expression', expression: 'a / b' }, privacy: 'personal' },
    {
      ...{ name: 'opened_7d', type: 'integer' },
      from: { kind: 'window', aggregate: 'count', over: 7 * day, where: "grade = 'A'" },
    },
  ],
  freshness: {},
  consumers: { services: [], models: [], endpoints: [] },
  place: { file: 'modelyard.yaml', line: 9 },
  history: [aViewVersion(2), aViewVersion(1)],
  materialisations: [],
  ...more,
});

export const statistics = (feature: string, more: Partial<FeatureStatistics> = {}): FeatureStatistics => ({
  ...{ view: 'loans', version: 2, feature, type: 'number', of: 'source', computedAt: 0 },
  ...{ rows: 200, nulls: 10, distinct: 50 },
  ...more,
});

/** A page without a host: what is asked of it is noted. */
export function aContext(kept: Record<string, unknown> = {}, isTrusted = true) {
  const calls: unknown[] = [];
  let values: unknown = kept;
  const context: ViewContext = {
    name: 'loans',
    channel: { call: () => new Promise(() => undefined) } as never,
    state: new PageState({ getState: () => values, setState: next => (values = next) }),
    init: {} as never,
    trusted: () => isTrusted,
    act: (method, params) => {
      calls.push([method, params]);
      return Promise.resolve();
    },
    change: (action, on) => void calls.push([action, on]),
    compute: () => void calls.push('compute'),
    reveal: feature => void calls.push(['reveal', feature]),
  };
  return { context, calls, kept: () => values };
}

export const rowsOf = (element: Element): readonly string[] =>
  [...element.querySelectorAll('tbody tr')].map(row =>
    [...row.children].map(({ textContent }) => textContent).join(' | '),
  );

export const press = (element: Element, text: string): void => {
  const found = [...element.querySelectorAll('button')].find(one => one.textContent === text);
  if (!found) throw new Error(`There is no button ${text}.`);
  found.click();
};
