import { expect, test, vi } from 'vitest';
import type { FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import type { ComputedView, FeatureViewDetail } from '../../../engine/protocol/features';
import { distributionSpec } from '../../../webview/features/view/distributionSpec';
import { driftSpec } from '../../../webview/features/view/driftSpec';
import { FeaturesTab, valuesText } from '../../../webview/features/view/featuresTab';
import { OnlineTab } from '../../../webview/features/view/onlineTab';
import { UseTab } from '../../../webview/features/view/useTab';
import { versionDiffView } from '../../../webview/features/view/versionDiffView';
import { VersionsTab } from '../../../webview/features/view/versionsTab';
import { ViewHeader } from '../../../webview/features/view/viewHeader';
import { ViewStore } from '../../../webview/features/view/viewStore';
import { originText, span } from '../../../webview/features/words';
import { h } from '../../../webview/shared/dom';
import { aContext, aMaterialisation, aView, aViewVersion, day, press, rowsOf, statistics } from './features';

vi.mock('../../../webview/shared/components', () => import('./components'));
vi.mock('../../../webview/shared/charts/chartView', () => ({
  ChartView: class {
    readonly element = document.createElement('figure');
    constructor(spec: { title: string }) {
      this.element.textContent = spec.title;
    }
    update(): void {}
    dispose(): void {}
  },
}));

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

const buttons = (element: Element): readonly string[] =>
  [...element.querySelectorAll('button:not([disabled])')].map(({ textContent }) => textContent);

test('the head says what the view is and what can be done with it', () => {
  const { context, calls } = aContext();
  const header = new ViewHeader(context);
  header.update(aView({ owner: 'ana', description: '<i>x</i>', tags: { team: 'risk' } }));
  expect(header.element.querySelector('h1')?.textContent).toBe('loans@v2');
  expect(header.element.querySelector('.features-facts')?.textContent).toBe(
    'of applicant · from loans_file · expires after 365 d · owner ana · team: risk · definition',
  );
  expect(header.element.querySelector('i')).toBeNull();
  for (const text of ['Compute', 'Preview join…', 'Materialise', 'Check', 'definition', 'loans_file', 'Lineage'])
    press(header.element, text);
  expect(calls).toEqual([
    'compute',
    ['preview', { view: 'loans' }],
    ['materialise', { view: 'loans', full: false }],
    ['check', { view: 'loans' }],
    ['host/openPlace', { place: { file: 'modelyard.yaml', line: 9 } }],
    ['host/openDataset', { dataset: 'loans_file' }],
    ['host/openLineage', { node: 'view:loans@v2' }],
  ]);
});

test('what cannot be done is not offered: on demand, out of the file, in restricted mode', () => {
  const shown = (view: ReturnType<typeof aView>, isTrusted = true): readonly string[] => {
    const header = new ViewHeader(aContext({}, isTrusted).context);
    header.update(view);
    return buttons(header.element);
  };
  const { source: _, ttl: __, ...bare } = aView();
  expect(shown({ ...bare, kind: 'on-demand' })).toEqual(['Preview join…', 'Lineage', 'definition']);
  const { place: ___, ...gone } = aView();
  expect(shown(gone)).toEqual(['Lineage', 'loans_file']);
  expect(shown(aView(), false)).toEqual(['Lineage', 'loans_file', 'definition']);
  const { version: ____, ...fresh } = aView();
  expect(shown(fresh)[0]).toBe('Record');
  expect(shown({ ...fresh, problem: 'No column x.' })).not.toContain('Record');
});

const numbers = statistics('income', {
  ...{ mean: 5, std: 2, quantiles: { p50: 4, p95: 9 }, drift: 0.31, newestEvent: 0 },
  histogram: { edges: [0, 5, 10], counts: [150, 40] },
});

test('each feature with its type, where it comes from and its values; drift that is an alert is marked', () => {
  const { context } = aContext();
  const tab = new FeaturesTab(context);
  const alert = { view: 'loans', version: 2, feature: 'income', kind: 'drift', message: '', value: 0.31 } as const;
  const week = { ...numbers, window: 7, mean: 1 };
  tab.update({ view: aView({ alerts: [{ ...alert, bound: 0.2, since: 0 }] }), statistics: [numbers, week] });
  const [grade, income, opened] = rowsOf(tab.element);
  expect(grade).toBe('grade | string | Grade | – | – | – | –');
  expect(income).toMatch(
    /^income personal \| number \| a \/ b \| 5 % \| 50 \| mean 5 ± 2, median 4, 95 % below 9 \| 0\.3100$/,
  );
  // how old all of that is
  expect(tab.element.querySelector('.chooser .muted')?.textContent).toMatch(
    /^Computed .+ 1970 · newest event .+ 1970$/,
  );
  expect(tab.element.querySelector('.status-warn')?.textContent).toBe('0.3100');
  expect(opened).toContain("count(*) over 7 d where grade = 'A'");
  expect([...tab.element.querySelectorAll('figure')].map(({ textContent }) => textContent)).toEqual(['income']);
  const list = tab.element.querySelector('select');
  if (!list) throw new Error('There is no list of windows.');
  list.value = '7';
  list.dispatchEvent(new Event('change'));
  expect(rowsOf(tab.element)[1]).toContain('mean 1 ± 2');
});

test('before anything is computed there is a way to it', () => {
  const { context, calls } = aContext();
  const tab = new FeaturesTab(context);
  tab.update({ view: aView(), statistics: [] });
  press(tab.element, 'Compute');
  expect(calls).toEqual(['compute']);
});

test('what was computed is told, its first rows as text', () => {
  const tab = new FeaturesTab(aContext().context);
  const computed = {
    ...{ view: 'loans', version: 2, isNew: false, rows: 1200, entities: 40, statistics: [], took: 1 },
    ...{ columns: ['applicant_id', 'grade'], head: [[7, '<b>A</b>'], [8, null]] }, // prettier-ignore
  };
  tab.update({ view: aView(), statistics: [numbers], computed });
  expect([...tab.element.querySelectorAll('figure')].map(({ textContent }) => textContent)).toEqual(['income']);
  expect(tab.element.textContent).toContain('1,200 rows of 40 entities');
  expect(rowsOf(tab.element).slice(-2)).toEqual(['7 | <b>A</b>', '8 | –']);
  expect(tab.element.querySelector('b')).toBeNull();
});

test('a distribution lies over its baseline where both have the same bins: those of others cannot be compared', () => {
  const baseline = { ...numbers, of: 'baseline', histogram: { edges: [0, 5, 10], counts: [1, 1] } } as const;
  const same = distributionSpec('income', [baseline, numbers]);
  expect(same?.series.map(({ label, slot }) => [label, slot])).toEqual([
    ['source', 0],
    ['baseline', 1],
  ]);
  // 150 of 190 values lie in the first bin
  expect(same?.series[0]?.points.map(({ y }) => Number(y.toFixed(4)))).toEqual([0.7895, 0.2105, 0.2105]);
  expect(same?.series[1]?.points.map(({ y }) => y)).toEqual([0.5, 0.5, 0.5]);
  expect(same?.y.label).toBe('Share of values');
  const other = distributionSpec('income', [numbers, { ...baseline, histogram: { edges: [0, 10], counts: [2] } }]);
  expect(other?.series.map(({ label }) => label)).toEqual(['source']);
  expect([other?.x.min, other?.x.max]).toEqual([0, 10]);
  expect(distributionSpec('grade', [statistics('grade')])).toBeUndefined();
});

test('of texts the shares of the most frequent', () => {
  const of = (which: 'source' | 'baseline', top: readonly { value: string; count: number }[]) =>
    statistics('grade', { of: which, type: 'string', top });
  const spec = distributionSpec('grade', [
    of('source', [{ value: 'A', count: 95 }]),
    of('baseline', [{ value: 'B', count: 190 }]),
  ]);
  expect(spec?.categories).toEqual(['A', 'B']);
  expect(spec?.series.map(({ points }) => points.map(({ y }) => y))).toEqual([
    [0.5, 0],
    [0, 1],
  ]);
  expect(valuesText(of('source', [{ value: 'A', count: 95 }]))).toBe('A 50 %');
  expect(valuesText(statistics('grade', { nulls: 200 }))).toBe('no value');
});

test('the last two versions are compared; others are chosen and kept; values only when asked for', () => {
  const { context, kept } = aContext();
  const asked: unknown[] = [];
  const call = (_method: string, params: unknown): Promise<never> => {
    asked.push(params);
    return new Promise(() => undefined);
  };
  const tab = new VersionsTab({ ...context, channel: { call } as never });
  const view = aView({ history: [aViewVersion(3), aViewVersion(2), aViewVersion(1)], version: 3 });
  tab.update({ view, statistics: [] });
  tab.update({ view: { ...view, alerts: [] }, statistics: [] });
  expect(asked).toEqual([{ view: 'loans', before: 2, after: 3 }]);
  expect(rowsOf(tab.element)[0]).toMatch(/^v3 as in the file \| .+ \| 1 \| 33333333 \| loans@v3$/);
  tab.choose(1, 2);
  expect(asked[1]).toEqual({ view: 'loans', before: 1, after: 2 });
  press(tab.element, 'Also their values');
  expect(asked[2]).toEqual({ view: 'loans', before: 1, after: 2, values: true });
  expect(kept()).toMatchObject({ before: 1, after: 2, values: true });
  const restricted = new VersionsTab({ ...context, trusted: () => false, channel: { call } as never });
  restricted.update({ view, statistics: [] });
  expect(asked).toHaveLength(3);
  expect(restricted.element.textContent).toContain('Not in restricted mode');
  const single = new VersionsTab(context);
  single.update({ view: aView({ history: [aViewVersion(1)] }), statistics: [] });
  expect(single.element.textContent).toContain('One version so far');
});

test('a difference in the definition and in values, as text', () => {
  const element = h(
    'div',
    null,
    versionDiffView({
      ...{ view: 'loans', before: 1, after: 2 },
      definition: [{ what: 'ttl', before: '30 d' }],
      values: [
        {
          ...{ feature: 'income', entities: 200, differing: 50, onlyBefore: 3, onlyAfter: 0, meanDifference: -1.5 },
          examples: [{ key: [7], before: '<b>', after: null }],
        },
      ],
    }),
  );
  expect(rowsOf(element)).toEqual(['ttl | 30 d | –', 'income | 200 | 50 (25 %) | 3 | 0 | −1.5000 | 7: <b> → –']);
  expect(element.querySelector('b')).toBeNull();
});

test('what is online, how it came there, and why not', () => {
  const { context, calls } = aContext();
  const tab = new OnlineTab(context);
  const failed = aMaterialisation({ id: 2, status: 'failed', problem: 'Redis went away.', from: 3 * day });
  tab.update({
    view: aView({
      freshness: { entities: 40, materialisedTo: 90 * day },
      materialisations: [failed, aMaterialisation()],
    }),
    statistics: [],
  });
  const [first, second] = rowsOf(tab.element);
  expect(first).toMatch(/^failed \| v2 \| .+ \| .+ \| 100 \| 40 \| .+ \| 1\.5 s \| Redis went away\.$/);
  expect(second).toMatch(/^done \| v2 \| the beginning \| /);
  expect(tab.element.querySelector('dl')?.textContent).toContain('Entities in the source40');
  expect(tab.element.querySelector('dl')?.textContent).not.toContain('Entities online');
  press(tab.element, 'Materialise everything');
  expect(calls).toEqual([['materialise', { view: 'loans', full: true }]]);
});

test('how many entities are online is told of a store that can be counted, and that there are none', () => {
  const tab = new OnlineTab(aContext().context);
  const facts = (freshness: FeatureViewDetail['freshness']): string | null | undefined => {
    tab.update({ view: aView({ freshness }), statistics: [] });
    return tab.element.querySelector('dl')?.textContent;
  };
  expect(facts({ materialisedTo: 90 * day, online: 30 })).toContain('Entities online30');
  expect(facts({ materialisedTo: 90 * day, online: 0, isEmpty: true })).toContain(
    'Entities online0Stateno rows were found: nothing is online',
  );
});

test('what a view is held to is told, or how it would be; an alert leads to the values it is about', () => {
  const { context, calls } = aContext();
  const tab = new UseTab(context);
  const bounds = (more: Parameters<typeof aView>[0]): string | null | undefined => {
    tab.update({ view: aView(more), statistics: [] });
    return tab.element.querySelector('p.muted')?.textContent;
  };
  expect(bounds({ monitor: { drift: 0.2, null_rate: 0.05, skew: 0 } })).toBe(
    'Bounds: age 365 d, missing values 5 %, drift 0.2, skew 0 %. Check judges by them.',
  );
  const { ttl: _, ...unbounded } = aView();
  tab.update({ view: unbounded, statistics: [] });
  expect(tab.element.querySelector('p.muted')?.textContent).toMatch(/^Nothing bounds its values\. `monitor: /);
  tab.update({ view: aView({ alerts: [{ ...driftAlert, value: 0.431, bound: 0.25 }] }), statistics: [] });
  expect(rowsOf(tab.element)[0]).toContain('drift | income | 0.4310 | 0.25 |');
  press(tab.element, 'income');
  expect(calls).toEqual([['reveal', 'income']]);
});

test('alerts with their bounds, and who depends on the view', () => {
  const { context, calls } = aContext();
  const tab = new UseTab(context);
  const alert = {
    view: 'loans',
    version: 2,
    kind: 'nulls',
    message: 'Too much is missing.',
    value: 0.2,
    bound: 0.1,
  } as const;
  tab.update({
    view: aView({
      alerts: [
        { ...alert, since: 0 },
        { ...alert, kind: 'age', value: 90 * day, bound: 60 * day, since: 0 },
      ],
      consumers: {
        services: ['risk'],
        models: [{ model: 'credit-risk', version: 3, stage: 'production' }],
        endpoints: ['credit-risk production'],
      },
    }),
    statistics: [],
  });
  expect(
    rowsOf(tab.element).map(row => row.replace(/\| [^|]*1970[^|]*\||\| 1 Jan[^|]*\||\| Jan 1[^|]*\|/, '| then |')),
  ).toEqual([
    'missing values | the whole view | 20 % | 10 % | then | Too much is missing.',
    'too old | the whole view | 90 d | 60 d | then | Too much is missing.',
    'risk | service | Preview join…',
    'credit-risk v3 | model version | production',
    'credit-risk production | endpoint | serves it now',
  ]);
  press(tab.element, 'credit-risk v3');
  press(tab.element, 'Preview join…');
  expect(calls).toEqual([
    ['host/openModel', { model: 'credit-risk' }],
    ['preview', { service: 'risk' }],
  ]);
});

test('the view is read again when something happens to it, and an older answer comes to nothing', async () => {
  const heard = new Map<string, (payload: never) => void>();
  const answers: ((value: unknown) => void)[] = [];
  const seen: (number | undefined)[] = [];
  const store = new ViewStore({
    name: 'loans',
    channel: {
      call: (method: string) =>
        (method === 'features/get' ? new Promise(resolve => answers.push(resolve)) : Promise.resolve([])) as never,
      on: (event, listener) => {
        heard.set(event, listener as never);
        return () => undefined;
      },
      onSaid: () => () => undefined,
    },
    changed: ({ view }) => seen.push(view.version),
    failed: () => seen.push(-1),
  });
  void store.load();
  heard.get('features/changed')?.({ views: ['another'] } as never);
  expect(answers).toHaveLength(1);
  heard.get('features/changed')?.({ views: ['loans'] } as never);
  answers[1]?.(aView({ version: 2 }));
  answers[0]?.(aView({ version: 1 }));
  await new Promise(resolve => setTimeout(resolve));
  expect(seen).toEqual([2]);
});

test('a view that cannot be resolved has a page without statistics', async () => {
  const seen: unknown[] = [];
  const store = new ViewStore({
    name: 'loans',
    channel: {
      call: (method: string) =>
        (method === 'features/get'
          ? Promise.resolve(aView({ problem: 'No column x.' }))
          : Promise.reject(new Error('No column x.'))) as never,
      on: () => () => undefined,
      onSaid: () => () => undefined,
    },
    changed: ({ view, statistics: all }) => seen.push([view.problem, all]),
    failed: error => seen.push(error),
  });
  await store.load();
  expect(seen).toEqual([['No column x.', []]]);
});

test('statistics are those that are kept; what was computed is told beside them', async () => {
  const seen: (readonly [number, number | undefined])[] = [];
  let kept: readonly FeatureStatistics[] = [];
  const compute = (): Partial<ComputedView> => {
    kept = [statistics('income'), statistics('income', { of: 'baseline' })];
    return { rows: 41, statistics: kept.slice(0, 1) };
  };
  const store = new ViewStore({
    name: 'loans',
    channel: {
      call: (method: string) =>
        Promise.resolve(
          method === 'features/get' ? aView() : method === 'features/compute' ? compute() : kept,
        ) as never,
      on: () => () => undefined,
      onSaid: () => () => undefined,
    },
    changed: data => seen.push([data.statistics.length, data.computed?.rows]),
    failed: error => expect(error).toBeUndefined(),
  });
  await store.load();
  await store.compute(new AbortController().signal);
  expect(seen).toEqual([
    [0, undefined],
    [2, 41],
  ]);
});

test('spans and origins in words', () => {
  expect([12_000, 90_000, 5_400_000, 14 * day, 0].map(span)).toEqual(['12 s', '2 min', '1.5 h', '14 d', '0 s']);
  expect(originText({ kind: 'window', aggregate: 'mean', of: 'amount', over: 30 * day })).toBe(
    'mean(amount) over 30 d',
  );
});

const drifted = statistics('income', {
  ...{ mean: 5, std: 2, drift: 0.431, driftFrom: 'baseline' },
  compared: { bins: { kind: 'numbers', edges: [5, 12_000.5], counts: [50, 100, 50] }, counts: [38, 38, 114] },
});
const driftAlert = { view: 'loans', version: 2, feature: 'income', kind: 'drift', message: '', since: 0 } as const;

test('a drift is drawn as what it is the sum of: both sides in each bin, with the number, its bound and who depends on it', () => {
  const spec = driftSpec(drifted, { bound: 0.2, users: ['risk v3 (production)'] });
  expect(spec?.title).toBe('income: drift 0.4310 (at most 0.2)');
  expect(spec?.categories).toEqual(['≤ 5', '5 – 12,000.5', '> 12,000.5']);
  expect(spec?.series.map(({ label, points }) => [label, points.map(({ y }) => Number(y.toFixed(2)))])).toEqual([
    ['the first time it was computed', [0.25, 0.5, 0.25]],
    ['now: all rows', [0.2, 0.2, 0.6]],
  ]);
  const said = 'Most has changed at > 12,000.5: 25 % of all values there, 60 % now. Used by risk v3 (production).';
  expect([spec?.summary, spec?.note]).toEqual([said, said]);
  expect(driftSpec(numbers, { users: [] })).toBeUndefined();
});

test('bins of whole numbers are told by those that are in them', () => {
  const bins = { kind: 'numbers', edges: [-1, 0, 6.5], counts: [1, 1, 1, 1] } as const;
  const whole = { ...drifted, type: 'integer', compared: { bins, counts: [1, 1, 1, 1] } } as const;
  expect(driftSpec(whole, { users: [] })?.categories).toEqual(['≤ -1', '0', '1 – 6', '≥ 7']);
});

test('where a tenth of the reference is its least value, that is a bin, and what lies below it another', () => {
  for (const [least, below] of [
    [5, 5 - 2 ** -50],
    [0, -Number.MIN_VALUE],
  ] as const) {
    const bins = { kind: 'numbers', edges: [below, least, 8.5], counts: [0, 20, 10, 10] } as const;
    const one = { ...drifted, compared: { bins, counts: [10, 10, 10, 10] } } as const;
    expect(driftSpec(one, { users: [] })?.categories).toEqual([
      `< ${least}`,
      `${least}`,
      `${least} – 8.5000`,
      '> 8.5000',
    ]);
  }
});

test('beside a training set it is named; of texts the others are one bin, and empty ones are left out', () => {
  const spec = driftSpec(
    statistics('grade', {
      ...{ type: 'string', drift: 0, driftFrom: 'training', window: 30 },
      compared: {
        bins: { kind: 'texts', values: ['A', 'B'], counts: [1, 1, 0] },
        counts: [2, 2, 0],
        dataset: 'training',
      },
    }),
    { users: [] },
  );
  expect(spec?.title).toBe('grade: drift 0');
  expect(spec?.categories).toEqual(['A', 'B']);
  expect(spec?.series.map(({ label }) => label)).toEqual(['training set “training”', 'now: the last 30 days']);
  expect(spec?.note).toBe('Nothing has moved.');
});

test('a drift beyond its bound is shown by itself, another one when its number is pressed', () => {
  const tab = new FeaturesTab(aContext().context);
  const grade = { ...drifted, feature: 'grade', drift: 0.01 };
  const alert = { ...driftAlert, value: 0.431, bound: 0.2 };
  const empty = statistics('grade', { window: 1, rows: 0 }); // of which nothing has drifted
  tab.update({ view: aView({ alerts: [alert], monitor: { drift: 0.2 } }), statistics: [drifted, empty, grade] });
  const shown = (): readonly (string | null)[] =>
    [...tab.element.querySelectorAll('section figure')].map(({ textContent }) => textContent);
  expect(shown()).toEqual(['income: drift 0.4310 (at most 0.2)']);
  press(tab.element, '0.0100');
  expect(shown()).toEqual(['grade: drift 0.0100 (at most 0.2)', 'income: drift 0.4310 (at most 0.2)']);
});

test('an alert of the last days is shown as what it is of, whatever rows are chosen', () => {
  const tab = new FeaturesTab(aContext().context);
  const month = { ...drifted, window: 30, drift: 0.9 };
  tab.update({
    view: aView({ alerts: [{ ...driftAlert, value: 0.9, bound: 0.2 }] }),
    statistics: [drifted, month],
  });
  expect(tab.element.querySelector('section figure')?.textContent).toBe('income: drift 0.9000 (at most 0.2)');
});

test('a histogram leaves out what is far from all others, and says how much', () => {
  const spec = distributionSpec('income', [
    {
      ...{ ...numbers, min: -900, max: 12_000 },
      central: { edges: [0, 5, 10], counts: [90, 90], below: 4, above: 16 },
    },
  ]);
  expect([spec?.x.min, spec?.x.max]).toEqual([0, 10]);
  expect(spec?.series[0]?.points.map(({ y }) => y)).toEqual([0.45, 0.45, 0.45]);
  expect(spec?.note).toBe('Not drawn of source: 2 % below, the least -900; 8 % above, the greatest 12,000.');
});

test('of a window in which nothing lies any more that is said', () => {
  const tab = new FeaturesTab(aContext().context);
  const empty = statistics('opened_7d', {
    ...{ newestEvent: 0, computedAt: 8 * day, mean: 0, std: 0, rows: 40 },
    nulls: 0,
  });
  tab.update({ view: aView(), statistics: [empty] });
  expect(rowsOf(tab.element)[2]).toContain('nothing lies within 7 d before now');
  tab.update({ view: aView(), statistics: [{ ...empty, computedAt: 6 * day }] });
  expect(rowsOf(tab.element)[2]).toContain('mean 0 ± 0');
});
