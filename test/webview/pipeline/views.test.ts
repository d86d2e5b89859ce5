import { expect, test, vi } from 'vitest';
import { graphNodes } from '../../../webview/pipeline/graph/graphModel';
import type { GraphNode } from '../../../webview/pipeline/graph/graphModel';
import { GraphView } from '../../../webview/pipeline/graph/graphView';
import type { GraphStep } from '../../../webview/pipeline/graphSteps';
import { TableView } from '../../../webview/pipeline/tableView';
import { PageState } from '../../../webview/shared/state';
import { aStep, manySteps } from './steps';

const state = () => new PageState({ getState: () => undefined, setState: () => undefined });
const steps: readonly GraphStep[] = [
  aStep('split', '', { state: 'cached', from: { run: 12 } as never }),
  aStep('train', 'split', { state: 'running', startedAt: Date.now() - 3000, progress: 0.4, attempt: 2 }),
  aStep('bad', 'split', { state: 'failed', text: '<img src=x onerror=alert(1)>' }),
];

function open(shown: readonly GraphStep[] = steps, selected?: string) {
  const picked: GraphNode[] = [];
  const view = new GraphView({ state: state(), label: 'Steps of p', onSelect: node => picked.push(node) });
  document.body.replaceChildren(view.element);
  const show = (next: readonly GraphStep[], chosen = selected) =>
    view.show({
      nodes: graphNodes({ steps: next, turned: new Set() }),
      critical: ['split', 'train'],
      selected: chosen,
      found: undefined,
    });
  show(shown);
  const nodes = () => [...view.element.querySelectorAll<HTMLButtonElement>('.node')];
  const press = (key: string) =>
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  return { view, show, nodes, press, picked };
}

test('each step is a button that says its state, why, and what it needs; text stays text', () => {
  const { nodes, view } = open();
  expect(nodes().map(node => node.getAttribute('aria-label'))).toEqual([
    'split, from r-12, run, on the critical path',
    expect.stringMatching(/^train, running · attempt 2 · 40 % · 3\.\d s, run, needs split, on the critical path$/),
    'bad, failed, <img src=x onerror=alert(1)>, run, needs split',
  ]);
  expect(view.element.querySelector('img')).toBeNull();
  expect(view.element.querySelectorAll('path.edge.critical')).toHaveLength(1);
});

test('one step is in the order of Tab; arrows lead along the lines, Enter chooses', () => {
  const { nodes, press, picked } = open();
  expect(nodes().map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
  nodes()[0]!.focus();
  press('ArrowRight');
  expect(document.activeElement?.getAttribute('data-id')).toMatch(/train|bad/);
  press('End');
  press('Home');
  expect(document.activeElement?.getAttribute('data-id')).toBe('split');
  nodes()[1]!.click();
  expect(picked.map(({ id }) => id)).toEqual(['train']);
  expect(nodes().map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1]);
});

test('a change of state changes its step alone, and leaves the focus where it is', () => {
  const { nodes, show } = open();
  const before = nodes();
  before[1]!.focus();
  before[0]!.firstElementChild!.setAttribute('data-mine', '1');
  show([steps[0]!, { ...steps[1]!, state: 'succeeded', endedAt: Date.now() }, steps[2]!], 'train');
  expect(nodes().every((node, at) => node === before[at])).toBe(true);
  expect(document.activeElement).toBe(before[1]);
  expect(before[0]!.firstElementChild!.getAttribute('data-mine')).toBe('1');
  expect(before[1]!.getAttribute('aria-current')).toBe('true');
  expect(before[1]!.getAttribute('aria-label')).toMatch(/^train, done/);
});

test('the table says the same and is sorted by its heads', () => {
  const picked: string[] = [];
  const table = new TableView(state(), ({ name }) => picked.push(name));
  document.body.replaceChildren(table.element);
  table.show({ steps, critical: ['train'], selected: 'bad', found: undefined });
  const rows = () => [...table.element.querySelectorAll('tbody tr')].map(row => row.querySelector('th')!.textContent);
  expect(rows()).toEqual(['split', 'train (on the critical path)', 'bad']);
  const head = [...table.element.querySelectorAll<HTMLButtonElement>('thead button')].find(
    ({ textContent }) => textContent === 'Step',
  )!;
  head.click();
  expect(rows()[0]).toBe('bad');
  expect(head.parentElement!.getAttribute('aria-sort')).toBe('ascending');
  head.click();
  expect(head.parentElement!.getAttribute('aria-sort')).toBe('descending');
  expect(table.element.querySelector('[aria-current]')!.textContent).toContain('<img src=x');
  table.element.querySelector<HTMLButtonElement>('tbody button')!.click();
  expect(picked).toEqual(['train']);
  table.show({ steps, critical: [], selected: undefined, found: new Set(['split']) });
  expect(rows()).toEqual(['split']);
});

test('a group stands for its steps on the critical path, and opens by a click', () => {
  const members = [0, 1, 2, 3].map(at => aStep(`fit (C=${at})`, 'split', { state: 'succeeded' }));
  const { view, nodes, picked } = open([steps[0]!, ...members]);
  view.show({
    nodes: graphNodes({ steps: [steps[0]!, ...members], turned: new Set() }),
    critical: ['split', 'fit (C=2)'],
    selected: undefined,
    found: undefined,
  });
  expect(nodes().map(node => node.getAttribute('aria-label'))).toEqual([
    'split, from r-12, run, on the critical path',
    'fit, ×4, 4 instances: 4 done, on the critical path',
  ]);
  expect(view.element.querySelectorAll('path.edge.critical')).toHaveLength(1);
  nodes()[1]!.click();
  expect(picked.map(({ kind }) => kind)).toEqual(['group']);
});

test('a graph of many steps is said to be placed before it is, and placed then', async () => {
  const { view, nodes } = open(manySteps(200));
  const note = view.element.querySelector('.graph-note')!;
  expect([note.textContent, nodes().length]).toEqual(['Placing 200 steps…', 0]);
  await expect.poll(() => nodes().length).toBe(200);
  expect(note.textContent).toBe('');
});

test('what runs is brought into sight, then what is chosen; once somebody has moved the graph it stays', () => {
  const width = vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
  const chain = (running: number) =>
    Array.from({ length: 9 }, (_, at) =>
      aStep(`s${at}`, at === 0 ? '' : `s${at - 1}`, { state: at === running ? 'running' : 'waiting' }),
    );
  const { view, show } = open(chain(8));
  const canvas = view.element.querySelector<HTMLElement>('.graph-canvas')!;
  const isInSight = (name: string): boolean => {
    const [, shift, scale] = /translate\((-?[\d.]+)px.*scale\(([\d.]+)\)/.exec(canvas.style.transform)!;
    const node = view.element.querySelector<HTMLElement>(`[data-id="${name}"]`)!;
    const left = Number.parseFloat(node.style.left) * Number(scale) + Number(shift);
    return left >= 0 && left + Number.parseFloat(node.style.width) * Number(scale) <= 400;
  };
  expect([isInSight('s8'), isInSight('s0')]).toEqual([true, false]);
  show(chain(3));
  expect([isInSight('s3'), isInSight('s8')]).toEqual([true, false]);
  show(chain(3), 's0');
  expect([isInSight('s0'), isInSight('s3')]).toEqual([true, false]);
  show(chain(5), 's0');
  expect(isInSight('s5')).toBe(true);
  view.zoom(1);
  show(chain(8), 's0');
  expect([isInSight('s5'), isInSight('s8')]).toEqual([true, false]);
  width.mockRestore();
});
