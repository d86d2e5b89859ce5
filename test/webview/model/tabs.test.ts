import { expect, test, vi } from 'vitest';
import { digest } from '../../../engine/ids';
import type { VersionComparison, VersionDiff } from '../../../engine/protocol/registryMoves';
import type { ServingTest } from '../../../engine/protocol/serving';
import { comparison } from '../../../webview/model/compareTab';
import { DiffTab } from '../../../webview/model/diffTab';
import { diffView } from '../../../webview/model/diffView';
import { ModelStore } from '../../../webview/model/modelStore';
import { testRow } from '../../../webview/model/servingTab';
import type { Child } from '../../../webview/shared/dom';
import { h } from '../../../webview/shared/dom';
import { aContext, aModel, aReport, aVersion } from './models';

vi.mock('../../../webview/shared/components', () => import('./components'));

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

const shown = (children: readonly Child[]): HTMLElement => h('div', null, children);
const rows = (element: Element): readonly string[] =>
  [...element.querySelectorAll('tbody tr')].map(row =>
    [...row.children].map(({ textContent }) => textContent).join(' | '),
  );

const diff: VersionDiff = {
  ...{ model: 'credit-risk', before: aVersion(2, 'production'), after: aVersion(4, 'staging'), stage: 'production' },
  metrics: [
    {
      ...{ name: 'auc', before: { value: 0.76, interval: [0.74, 0.78] }, after: { value: 0.79 } },
      ...{ difference: 0.03, interval: [0.01, 0.05], verdict: 'better' },
    },
    { name: 'cost', before: { value: 0.5 }, verdict: 'gone' },
  ],
  paired: { rows: 300, seen: 120 },
  params: [{ name: 'train.C', before: '0.1', after: '<i>1</i>' }],
  data: [
    {
      ...{ name: 'applications', before: digest('a'.repeat(64)), after: digest('b'.repeat(64)) },
      rows: { before: 1000, after: 1200 },
      columns: [
        { name: 'age', kind: 'kept', verdict: 'different', psi: 0.3, missing: { before: 0, after: 0.1, q: 0.01 } },
      ],
    },
  ],
  features: [],
  signature: {
    verdict: 'breaking',
    changes: [{ side: 'input', column: 'age', isBreaking: true, sentence: 'input age: double → long' }],
  },
  gates: { before: aReport(2, 'production', ['passed']), after: aReport(4, 'production', ['passed', 'failed']) },
  code: {
    before: { commit: 'c'.repeat(40) },
    after: { commit: 'd'.repeat(40), dirty: true },
    files: [{ path: 'train.py' }],
  },
  notes: ['The data of v1 is gone.'],
};

test('what would change, part by part, with intervals; text stays text', () => {
  const element = shown(diffView(diff));
  expect(rows(element)).toEqual([
    'rule 0 | passed | passed | Sentence 0.',
    'rule 1 | – | blocks | Sentence 1.',
    'auc | 0.76000.7400 … 0.7800 | 0.7900 | +0.03000.0100 … 0.0500 | better',
    'cost | 0.5000 | – | – | gone',
    'train.C | 0.1 | <i>1</i>',
    'age | kept, different |  | 0 % → 10 % | 0.3000',
  ]);
  expect(element.querySelector('i')).toBeNull();
  expect(element.textContent).toContain(
    'Both were asked for the same 300 rows; the older one has learnt from 120 of them.',
  );
  expect(element.textContent).toContain('breaking: who calls the older one may fail with the newer one');
  expect(element.textContent).toContain('input age: double → long');
  expect(element.textContent).toContain('cccccccccc → dddddddddd*');
  expect(element.textContent).toContain('The data of v1 is gone.');
});

test('where nobody holds the stage the gates are all there is', () => {
  const { before: _, ...alone } = diff;
  const element = shown(diffView({ ...alone, gates: { after: aReport(4, 'production', ['failed']) } }));
  expect([...element.querySelectorAll('h3')].map(({ textContent }) => textContent)).toEqual(['Gates']);
  expect(element.textContent).toContain('Nobody holds production now');
});

test('the changes of who comes next are asked for first; another choice is kept and asked for', async () => {
  const { context, kept } = aContext();
  const asked: unknown[] = [];
  const channel = {
    call: (method: string, params: unknown) => {
      asked.push([method, params]);
      return Promise.resolve(diff);
    },
  };
  const tab = new DiffTab({ ...context, channel: channel as never });
  const data = { model: aModel(), endpoints: [], servingChanges: 0 };
  tab.update(data);
  tab.update({ ...data, model: aModel({ gates: [] }) }); // judged again by the question itself
  expect(asked).toEqual([['registry/diff', { name: 'credit-risk', version: 4, stage: 'production' }]]);
  tab.choose(3, { other: 2 });
  expect(asked[1]).toEqual(['registry/diff', { name: 'credit-risk', version: 3, other: 2 }]);
  expect(kept()).toEqual({ diffVersion: 3, beside: 'version 2' });
  await Promise.resolve();
  tab.update({ ...data, model: aModel({ holders: { production: 4 } }) }); // somebody moved
  expect(asked).toHaveLength(3);
});

test('in restricted mode nothing is asked', () => {
  const { context, calls } = aContext({}, false);
  const tab = new DiffTab({ ...context, channel: { call: () => calls.push('asked') } as never });
  tab.update({ model: aModel(), endpoints: [], servingChanges: 0 });
  expect(calls).toEqual([]);
  expect(tab.element.textContent).toContain('Not in restricted mode');
});

test('versions side by side; only what differs', () => {
  const found: VersionComparison = {
    ...{ model: 'm', versions: [aVersion(2, 'dev'), aVersion(4, 'dev')] },
    metrics: [
      { name: 'auc', cells: [{ value: 0.7, interval: [0.6, 0.8] }, null] },
      { name: 'ks', cells: [{ value: 1 }, { value: 1 }] },
    ],
    params: [
      { name: 'C', cells: ['1', '2'], isSame: false },
      { name: 'seed', cells: ['7', '7'], isSame: true },
    ],
    data: [],
    gates: [{ stage: 'staging', cells: [aReport(2, 'staging', ['passed']), null] }],
  };
  expect(rows(shown(comparison(found, false)))).toHaveLength(5);
  expect(rows(shown(comparison(found, true)))).toEqual([
    'auc | 0.70000.6000 … 0.8000 | –',
    'staging | passed1 of 1 gate passes | –',
    'C | 1 | 2',
  ]);
});

test('a test of serving that failed says what', () => {
  const made: ServingTest = {
    ...{ model: 'm', version: 3, testedAt: 0, startup: 340.4 },
    smoke: [
      { what: 'ping', passed: true, sentence: '' },
      { what: 'token', passed: false, sentence: 'answered without one' },
    ],
    load: {
      ...{ connections: 4, seconds: 5, requests: 100, requestsPerSecond: 20.4, p50: 1, p99: 2, worst: 3 },
      ...{ failed: 2, failure: '500' },
    },
    rollback: { to: 2, firstAnswer: 38.6, lastAnswer: 38, back: 160, requests: 10, failed: 1 },
  };
  const cells = testRow(made).map(cell => shown([cell]).textContent);
  expect(cells.slice(2, 5)).toEqual(['1 of 2token: answered without one', '340', '20']);
  expect(cells[7]).toBe('2 of 100');
  expect(cells[8]).toBe('v2 answered after 39 ms, back after 160 ms; 1 of 10 requests failed');
});

test('the model is read again when something happens to it, and an older answer comes to nothing', async () => {
  const heard = new Map<string, (payload: never) => void>();
  const answers: ((value: unknown) => void)[] = [];
  const seen: number[] = [];
  const store = new ModelStore({
    name: 'credit-risk',
    channel: {
      call: (method: string) =>
        (method === 'serving/list' ? Promise.resolve([]) : new Promise(resolve => answers.push(resolve))) as never,
      on: (event, listener) => {
        heard.set(event, listener as never);
        return () => undefined;
      },
      onSaid: () => () => undefined,
    },
    changed: ({ model }) => seen.push(model.updatedAt),
    failed: () => seen.push(-1),
  });
  void store.load();
  heard.get('model/changed')?.({ name: 'another' } as never);
  expect(answers).toHaveLength(1);
  heard.get('model/changed')?.({ name: 'credit-risk' } as never);
  expect(answers).toHaveLength(2);
  answers[1]?.(aModel({ updatedAt: 2 }));
  answers[0]?.(aModel({ updatedAt: 1 }));
  await new Promise(resolve => setTimeout(resolve));
  expect(seen).toEqual([2]);
});
