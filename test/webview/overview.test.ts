import { expect, test, vi } from 'vitest';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import { overview } from '../../webview/run/overview';

// The toolkit needs a real browser; test/ui has one.
vi.mock('../../webview/shared/components', () => ({ emptyState: () => document.createElement('div') }));

const place = { file: 'data/people.csv', line: 42 };
const config = { file: 'modelyard.yaml', line: 6, key: 'datasets.people.expect.0' };
const step = {
  ...{ name: 'validate', uses: 'validate', needs: [], status: 'failed', logSize: 0 },
  error: { code: 'data.expectation', message: 'One age is wrong.', fix: 'Correct it.', place, config },
};

test('a step that failed says why, the way out and where; a click opens the place through the host', () => {
  const asked: unknown[] = [];
  const act = (...call: unknown[]) => Promise.resolve(void asked.push(call));
  const tab = overview({ init: { metrics: [] }, act } as never);
  const pipeline = { pipeline: 'train', steps: [step] } as unknown as PipelineRun;
  const run = { metrics: {}, params: {}, inputs: [], status: 'FAILED' };
  tab.update({
    run,
    pipeline,
    artifacts: [],
    gates: [],
    dataChecks: [],
    versions: [],
    stages: {},
    datasets: [],
  } as never);
  expect(tab.element.textContent).toContain('One age is wrong. Correct it.');
  const links = [...tab.element.querySelectorAll<HTMLElement>('button.link')];
  expect(links.map(link => link.textContent)).toEqual(['data/people.csv:42', 'modelyard.yaml:6']);
  for (const link of links) link.click();
  expect(asked).toEqual([
    ['host/openPlace', { place }],
    ['host/openPlace', { place: config }],
  ]);
});

test('what a step took stands below it; at least so much where it was only looked at', () => {
  const tab = overview({ init: { metrics: [] }, act: () => Promise.resolve() } as never);
  const done = { name: 'train', uses: 'train', needs: [], status: 'succeeded', logSize: 0 };
  const steps = [
    { ...done, resources: { cpu: 1500, memory: 180e6, written: 2100, isSampled: false } },
    { ...done, resources: { cpu: 61_000, isSampled: true } },
    done,
  ];
  const pipeline = { pipeline: 'train', steps } as unknown as PipelineRun;
  const run = { metrics: {}, params: {}, inputs: [], status: 'FINISHED' };
  tab.update({
    run,
    pipeline,
    artifacts: [],
    gates: [],
    dataChecks: [],
    versions: [],
    stages: {},
    datasets: [],
  } as never);
  const lines = [...tab.element.querySelectorAll('.step-resources')].map(({ textContent }) => textContent);
  expect(lines).toEqual(['1.5 s of processor · 180 MB of memory · 2.1 KB written', '≥ 1:01 min of processor']);
});

test('data checks: what fails first with its rows, what passed and what does not apply folded away', () => {
  const asked: unknown[] = [];
  const act = (...call: unknown[]) => Promise.resolve(void asked.push(call));
  const tab = overview({ init: { metrics: [] }, act } as never);
  const base = { dataset: 'people', suite: 'integrity', findings: [], failing: 0, checked: 60, rows: [], index: 0 };
  const results = [
    { ...base, check: 'duplicates', verdict: 'passed', severity: 'warn', message: 'duplicates: none.' },
    {
      ...{ ...base, check: 'conflicting-labels', verdict: 'failed', severity: 'error' },
      message: 'conflicting-labels: 2 rows contradict.',
      rows: [{ line: 7, value: 'yes' }],
    },
    { ...base, check: 'outliers', verdict: 'skipped', severity: 'warn', message: 'outliers: too few rows.' },
  ];
  const report = { dataset: 'people', digest: 'd1', suite: 'integrity', rows: 60, results };
  const data = {
    ...{ run: { metrics: {}, params: {}, inputs: [], status: 'FAILED' }, artifacts: [], gates: [], versions: [] },
    ...{ stages: {}, datasets: [{ name: 'people', digest: 'd1', path: 'data/people.csv' }], dataChecks: [report] },
  };
  tab.update(data as never);
  const card = tab.element.querySelector('.gate-failed');
  expect(card?.querySelector('h2')?.textContent).toBe('Data checks of people');
  const shown = [...(card?.querySelectorAll(':scope > .rules > li') ?? [])].map(({ textContent }) => textContent);
  expect(shown).toEqual(['failedconflicting-labels: 2 rows contradict. data/people.csv:7']);
  expect(card?.querySelector('summary')?.textContent).toBe('1 of 3 checks passed');
  expect(card?.querySelectorAll('details li')).toHaveLength(2);
  card?.querySelector<HTMLElement>('button.link')?.click();
  expect(asked).toEqual([['host/openPlace', { place: { file: 'data/people.csv', line: 7 } }]]);
});
