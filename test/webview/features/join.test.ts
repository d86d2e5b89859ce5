import { beforeEach, expect, test, vi } from 'vitest';
import { countsSpec } from '../../../webview/features/join/countsSpec';
import { JoinPage, leftOut } from '../../../webview/features/join/joinPage';
import { joinTable } from '../../../webview/features/join/joinTable';
import { keptView, rangeText } from '../../../webview/features/join/joinToolbar';
import { CallError } from '../../../webview/shared/channel';
import { aContext, aPreview, counts, press, rowsOf } from './features';

vi.mock('../../../webview/shared/components', () => import('./components'));
vi.mock('../../../webview/shared/charts/chartView', () => ({
  ChartView: class {
    readonly element = document.createElement('figure');
    update(): void {}
  },
}));

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

const join = { service: 'risk', entities: 'applications', eventTime: 'applied_at' };
const choose = (element: Element, label: string, value: string): void => {
  const list = element.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`);
  if (!list) throw new Error(`There is no list ${label}.`);
  list.value = value;
  list.dispatchEvent(new Event('change'));
};
/** Answers of the engine, to be given one by one. */
let asked: { params: unknown; signal: AbortSignal; answer: (value: unknown) => void; fail: (error: unknown) => void }[];
beforeEach(() => void (asked = []));
const opened = (kept = {}, isTrusted = true) => {
  const made = aContext(kept, isTrusted);
  const call = (_method: string, params: unknown, signal: AbortSignal): Promise<unknown> =>
    new Promise((answer, fail) => asked.push({ params, signal, answer, fail }));
  const page = new JoinPage({ ...made.context, channel: { call } as never }, join);
  page.load();
  return { ...made, page };
};
const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

test('a row says of each feature what it is, why, how old the matched row is, where it stands and what later knowledge makes of it', () => {
  const places: unknown[] = [];
  const element = joinTable(aPreview(), { eventTime: 'applied_at', open: place => places.push(place) });
  const [first, second] = rowsOf(element);
  expect(first).toMatch(
    /^1 \| 7 \| 2026-03-02 \| <b>A<\/b>matched3 d before · loans\.csv:42later knowledge: B, known 4 d after \| –no row$/,
  );
  // the row has no time: nothing can be said of ages
  expect(second).toBe('6 | – | – | –expired | 3matched12 rows within');
  expect(element.querySelector('b')).toBeNull();
  const link = element.querySelector<HTMLButtonElement>('button.link');
  expect(link?.getAttribute('aria-label')).toBe('grade: open the matched row, data/loans.csv:42');
  link?.click();
  expect(places).toEqual([{ file: 'data/loans.csv', line: 42 }]);
});

test('the bars are stacked from the states that there are, and the worst feature is read out', () => {
  const spec = countsSpec(aPreview().columns, 40);
  expect(spec.stacked).toBe(true);
  expect(spec.categories).toEqual(['grade', 'income']);
  expect(spec.series.map(({ label, points }) => [label, points.map(({ y }) => y)])).toEqual([
    ['matched', [30, 39]],
    ['no row', [0, 1]],
    ['expired', [10, 0]],
  ]);
  expect(spec.summary).toBe('grade misses most: 25 % of its values are missing.');
  const many = Array.from({ length: 40 }, (_, at) => counts(`f${at}`, { present: at, 'no-row': 40 - at }));
  expect(countsSpec(many, 40).categories).toHaveLength(30);
  expect(countsSpec(many, 40).categories?.[0]).toBe('f0');
});

test('filter, rule and page are asked for and kept; a page back is not offered on the first one', async () => {
  const { page, kept } = opened();
  expect(asked[0]?.params).toEqual({ ...join, filter: 'all', mode: 'known', offset: 0, limit: 25 });
  asked[0]?.answer(aPreview());
  await settled();
  expect(page.element.querySelector('h1')?.textContent).toBe('risk for applications');
  expect(page.element.textContent).toContain('1 – 2 of 40 rows');
  const previous = [...page.element.querySelectorAll('button')].find(one => one.textContent === 'Previous');
  expect(previous?.hasAttribute('disabled')).toBe(true);
  press(page.element, 'Next');
  expect(asked[1]?.params).toMatchObject({ offset: 25 });
  choose(page.element, 'Which rows', 'changed');
  expect(asked[2]?.params).toMatchObject({ filter: 'changed', offset: 0 });
  expect(asked[1]?.signal.aborted, 'an older question is given up').toBe(true);
  asked[1]?.answer(aPreview({ rows: 1 }));
  asked[2]?.answer(aPreview({ preview: [] }));
  await settled();
  expect(page.element.textContent).toContain('nothing leaks');
  choose(page.element, 'What counts as matched', 'tie-break');
  expect(asked[3]?.params).toMatchObject({ filter: 'changed', mode: 'tie-break' });
  expect(kept()).toMatchObject({ filter: 'changed', mode: 'tie-break', offset: 0, limit: 25 });
});

test('what later knowledge would change is told by feature, with a way to the rows; or that nobody can tell', async () => {
  const { page } = opened();
  const told = (): string | null | undefined => page.element.querySelector('.later-summary')?.textContent;
  const leaks = [
    { ...counts('grade', {}), changedByLater: 1 },
    { ...counts('income', {}), changedByLater: 12 },
  ];
  asked[0]?.answer(aPreview({ columns: leaks }));
  await settled();
  expect(told()).toBe('What became known later would change income in 12 rows, grade in 1 row. Show these rows');
  press(page.element, 'Show these rows');
  expect(asked[1]?.params).toMatchObject({ filter: 'changed', offset: 0 });
  asked[1]?.answer(aPreview());
  await settled();
  expect(told()).toBe('What became known later would change no value.');
  const silent = aPreview().sources.map(source => ({ ...source, tellsKnown: false }));
  page.load();
  asked[2]?.answer(aPreview({ sources: silent, preview: [] }));
  await settled();
  expect(told()).toMatch(/^Without `created_time` nothing says when rows of loans became known/);
  expect(page.element.querySelector('.empty')?.textContent).toContain('whether something leaks cannot be told');
  choose(page.element, 'What counts as matched', 'tie-break');
  asked[3]?.answer(aPreview({ sources: silent }));
  await settled();
  expect(told()).toBeUndefined();
});

test('what a page was left with is what it asks for again', () => {
  opened({ filter: 'missed', mode: 'tie-break', offset: 50, limit: 50 });
  expect(asked[0]?.params).toMatchObject({ filter: 'missed', mode: 'tie-break', offset: 50, limit: 50 });
  const { state } = aContext({ filter: 'other', mode: 1, offset: -3, limit: 7 }).context;
  expect(keptView(state)).toEqual({ filter: 'all', mode: 'known', offset: 0, limit: 25 });
});

test('how many rows a filter finds is not known before its last page', () => {
  const view = { filter: 'missed', mode: 'known', offset: 25, limit: 25 } as const;
  expect(rangeText(view, 1000, 25)).toBe('26 – 50 of such rows');
  expect(rangeText(view, 1000, 0)).toBe('no more such rows');
  expect(rangeText({ ...view, offset: 0 }, 1000, 0)).toBe('no such row');
  expect(rangeText({ ...view, filter: 'all' }, 1000, 10)).toBe('26 – 35 of 1,000 rows');
});

test('it can be cancelled and asked again; an error says where it is', async () => {
  const { page, calls } = opened();
  press(page.element, 'Cancel');
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.fail(new CallError({ code: 'cancelled', message: 'Cancelled.' }));
  await settled();
  expect(page.element.textContent).toContain('Nothing was joined.');
  press(page.element, 'Join again');
  const place = { file: 'data/loans.csv', line: 7 };
  asked[1]?.fail(new CallError({ code: 'data.bad', message: 'Line 7 has no time.', place } as never));
  await settled();
  expect(page.element.textContent).toContain('Line 7 has no time.');
  press(page.element, 'Training set…');
  expect(calls).toEqual([['trainingSet', { service: 'risk', entities: 'applications', eventTime: 'applied_at' }]]);
});

test('in restricted mode nothing is asked', () => {
  const { page } = opened({}, false);
  expect(asked).toEqual([]);
  expect(page.element.textContent).toContain('Not in restricted mode');
});

test('what of a source took no part is said, and of a whole one nothing', () => {
  const source = {
    view: 'loans',
    version: 2,
    rows: 1200,
    withoutTime: 3,
    withoutCreated: 0,
    withoutKey: 1,
    tellsKnown: true,
  };
  expect(leftOut({ sources: [source] })?.textContent).toBe(
    'Of the 1,200 rows of loans@v2 some took no part: 3 have no time, 1 have no key of its type.',
  );
  expect(leftOut(aPreview())).toBeUndefined();
});
