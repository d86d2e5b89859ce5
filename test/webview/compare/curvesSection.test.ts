import { expect, test, vi } from 'vitest';
import { CurvesSection } from '../../../webview/experiments/compare/curvesSection';
import type { Comparison } from '../../../webview/experiments/compare/section';
import { PageState } from '../../../webview/shared/state';
import { compared, run } from './runs';

// The toolkit needs a real browser; test/ui has one.
vi.mock('../../../webview/shared/components', () => {
  const element = (): HTMLElement => document.createElement('div');
  const emptyState = (title: string): HTMLElement => Object.assign(element(), { textContent: title });
  return { button: element, checkbox: element, dropdown: element, textField: element, failure: element, emptyState };
});

const comparison = (): Comparison => ({
  compared: compared(run(1), run(2)),
  found: [],
  hasMore: false,
  loadAll: () => undefined,
  slotOf: () => 0,
  baseline: undefined,
});

test('curves are drawn when the table has changed while it was asked which there are', async () => {
  const answers: ((keys: unknown) => void)[] = [];
  const asked: string[] = [];
  const call = (method: string, { key }: { key?: string }) => {
    asked.push(key === undefined ? method : `${method} ${key}`);
    return new Promise(resolve => void answers.push(resolve));
  };
  const state = new PageState({ getState: () => ({}), setState: () => undefined });
  const section = new CurvesSection({ channel: { call, on: () => () => undefined }, state } as never);
  document.body.append(section.element);
  section.show(comparison());
  section.show(comparison());
  await Promise.resolve();
  expect(section.element.textContent).not.toContain('No curves');
  answers[0]!([{ key: 'loss', points: 3 }]);
  await vi.waitFor(() => expect(asked).toEqual(['runs/curveKeys', 'runs/curves loss']));
  expect(section.element.textContent).not.toContain('No curves');
});

test('that there are none is said once it is known', async () => {
  const state = new PageState({ getState: () => ({}), setState: () => undefined });
  const channel = { call: () => Promise.resolve([{ key: 'auc', points: 1 }]), on: () => () => undefined };
  const section = new CurvesSection({ channel, state } as never);
  document.body.append(section.element);
  section.show(comparison());
  await vi.waitFor(() => expect(section.element.textContent).toContain('No curves'));
});
