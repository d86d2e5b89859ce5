import { expect, test, vi } from 'vitest';
import type { ModelTests } from '../../engine/protocol/modelTests';
import { modelTestCards } from '../../webview/run/modelTestCards';
import { h } from '../../webview/shared/dom';
import { isModelTests } from '../../webview/shared/modelTestsFile';

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

const examples = Array.from({ length: 7 }, (_, at) => ({ file: 'data/a.csv', line: at + 2, what: `amount ${at} <b>` }));
const found: ModelTests = {
  ...{ version: 1, signature: { inputs: [], outputs: [] }, footprint: {} },
  machine: { processor: 'p', cores: 2, node: '20' },
  tests: [
    {
      test: { test: 'monotonic', column: 'duration', direction: 'increasing', rows: 200 },
      ...{ value: 0.25, rows: 200, sentence: 'A quarter moves the other way.', examples },
    },
    {
      test: { test: 'robust', against: 'noise', columns: ['age'], share: 0.1, metric: 'auc' },
      ...{ problem: 'It cannot score such rows.', rows: 0, sentence: '', examples: [] },
    },
  ],
};

test('each test with its value and the worst rows, which open at their lines; one that was not measured says why', () => {
  const open = vi.fn();
  const element = h('div', null, modelTestCards(found, open));
  const rows = [...element.querySelectorAll('tbody tr')].map(row =>
    [...row.children].slice(0, 3).map(({ textContent }) => textContent),
  );
  expect(rows).toEqual([
    ['monotonicduration, increasing', '0.2500', '200'],
    ['robustnoise, auc, age', 'not measured', '0'],
  ]);
  expect(element.textContent).toContain('It cannot score such rows.');
  expect(element.querySelectorAll('li')).toHaveLength(5);
  expect(element.querySelector('b')).toBeNull();
  element.querySelectorAll('button')[1]?.click();
  expect(open).toHaveBeenCalledWith({ file: 'data/a.csv', line: 3 });
});

test('a run without tests shows none', () => {
  expect(modelTestCards(undefined, () => undefined)).toBe(false);
  expect(modelTestCards({ ...found, tests: [] }, () => undefined)).toBe(false);
});

test('a test that lacks what is told of it is not shown', () => {
  expect(isModelTests(found)).toBe(true);
  for (const one of [
    { test: 'invariant' },
    { test: 'monotonic', column: 1 },
    { test: 'golden' },
    { test: 'unheard-of' },
  ])
    expect(isModelTests({ ...found, tests: [{ ...found.tests[0], test: one }] }), one.test).toBe(false);
});
