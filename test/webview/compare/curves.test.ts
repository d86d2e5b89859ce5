import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunCurve, RunCurves } from '../../../engine/protocol/curves';
import type { RunId } from '../../../engine/protocol/ids';
import { CurveLoader } from '../../../webview/experiments/compare/curveLoader';
import type { CurveLook } from '../../../webview/experiments/compare/curveModel';
import { curveSpec } from '../../../webview/experiments/compare/curveModel';
import { atCursor, cursorStops } from '../../../webview/shared/charts/cursor';
import { interact } from '../../../webview/shared/charts/interact';
import { chartRows } from '../../../webview/shared/charts/rows';
import { compared, run } from './runs';

const look: CurveLook = { x: 'step', log: false, smoothing: 0, band: true, range: undefined };

const curve = (runId: RunId, mean: readonly number[], more: Partial<RunCurve> = {}): RunCurve => ({
  runId,
  total: mean.length,
  inRange: mean.length,
  sampled: false,
  notNumbers: 0,
  notNumbersAt: [],
  x: mean.map((_, at) => at * 10),
  n: mean.map(() => 1),
  min: mean.map(value => value - 1),
  max: mean.map(value => value + 1),
  mean,
  ...more,
});
const [a, b] = [run(1), run(2)];
const answer = (curves: readonly RunCurve[]): RunCurves => ({ key: 'loss', x: 'step', extent: [0, 90], curves });

test('a chart has a line for each run that is shown, in its colour', () => {
  const spec = curveSpec(answer([curve(a.id, [3, 2]), curve(b.id, [5, 4])]), compared(b), look)!;
  expect(spec.series).toEqual([{ label: 'r-2', slot: 1, points: [{ x: 0, y: 5 }, { x: 10, y: 4 }] }]); // prettier-ignore
  expect(spec.x).toMatchObject({ min: 0, max: 90, whole: [0, 90] });
  expect(curveSpec(answer([curve(a.id, [3])]), compared(a), look)).toBeUndefined();
  const zoomed = curveSpec(answer([curve(a.id, [3, 2])]), compared(a), { ...look, range: [20, 40] })!;
  expect(zoomed.x).toMatchObject({ min: 20, max: 40, whole: [0, 90] });
});

test('says what a point stands for, and which values are no numbers', () => {
  const long = curve(a.id, [1, 2], { sampled: true, inRange: 2003, notNumbers: 3, notNumbersAt: [4, 5, 6] });
  const spec = curveSpec(answer([long]), compared(a), look)!;
  expect(spec.note).toBe(
    'A point is the mean of up to about 1002; the band is from their least to their greatest. Not numbers: 3 in r-1.',
  );
  expect(spec.series[0]).toMatchObject({
    band: true,
    points: [
      { x: 0, y: 1, low: 0, high: 2 },
      { low: 1, high: 3 },
    ],
  });
  expect(spec.marks).toHaveLength(3);
  expect(chartRows(spec)).toEqual({
    columns: ['Series', 'step', 'loss', 'least', 'greatest'],
    rows: [['r-1', 0, 1, 0, 2], ['r-1', 10, 2, 1, 3]], // prettier-ignore
  });
});

test('draws the smoothed curve over the faint one, and on a logarithmic axis only what is above 0', () => {
  const smooth = curveSpec(answer([curve(a.id, [4, 0, 4])]), compared(a), { ...look, smoothing: 0.5 })!;
  expect(smooth.series.map(({ ghost, points }) => [ghost ?? false, points.length])).toEqual([[true, 3], [false, 3]]); // prettier-ignore
  const log = curveSpec(answer([curve(a.id, [4, 0, 4])]), compared(a), { ...look, log: true })!;
  expect(log.series[0]!.points.map(({ x }) => x)).toEqual([0, 20]);
});

test('has a value of each curve at the cursor', () => {
  const spec = curveSpec(answer([curve(a.id, [3, 2, 1]), curve(b.id, [5, 4])]), compared(a, b), look)!;
  expect(atCursor(spec, 16).map(({ series, point }) => [series.label, point.y])).toEqual([['r-1', 1], ['r-2', 4]]); // prettier-ignore
  expect(cursorStops(spec)).toEqual([0, 10, 20]);
});

describe('what is asked of the engine', () => {
  const calls: { params: unknown; signal: AbortSignal; answer: (value: RunCurves) => void }[] = [];
  const channel = {
    call: (_method: string, params: unknown, signal: AbortSignal) =>
      new Promise((resolve, reject) => {
        calls.push({ params, signal, answer: resolve });
        signal.addEventListener('abort', () => reject(new Error('Cancelled.')));
      }),
  };
  const question = { runIds: [a.id], x: 'step', range: undefined } as const;
  const changed = vi.fn();
  const failed = vi.fn();
  let loader: CurveLoader;
  beforeEach(() => {
    calls.length = 0;
    vi.clearAllMocks();
    loader = new CurveLoader(channel as never, changed, failed);
  });

  test('is asked once, again when points came, and then for what is looked at with something beyond', async () => {
    loader.ask(['loss'], question);
    loader.ask(['loss'], question);
    expect(calls).toHaveLength(1);
    calls[0]!.answer(answer([]));
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
    loader.touch(['loss', 'other']);
    loader.ask(['loss'], question);
    expect(calls).toHaveLength(2);
    loader.ask(['loss'], { ...question, range: [100, 200] });
    expect(calls[1]!.signal.aborted).toBe(true);
    expect(calls[2]!.params).toMatchObject({ from: 75, to: 225 });
    // the curve of before stays until the next is there
    expect(loader.get('loss')).toBeDefined();
    expect(failed).not.toHaveBeenCalled();
  });

  test('is dropped for a metric that is no longer shown', () => {
    loader.ask(['loss', 'auc'], question);
    loader.ask(['auc'], question);
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });
});

describe('a chart by the keyboard', () => {
  const onRange = vi.fn();
  const onCursor = vi.fn();
  const picture = document.createElement('div');
  let cursor: number | undefined;
  interact(picture, { onRange, onCursor }, () => ({
    range: [0, 100],
    whole: [0, 200],
    cursor,
    stops: [0, 10, 20, 150],
    xAt: pixel => pixel,
  }));
  const press = (key: string, shiftKey = false) =>
    picture.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, cancelable: true }));
  beforeEach(() => {
    cursor = 10;
    vi.clearAllMocks();
  });

  test('zooms around the cursor, moves along, and shows all again', () => {
    press('+');
    expect(onRange.mock.lastCall).toEqual([[4, 64]]);
    press('ArrowRight', true);
    expect(onRange.mock.lastCall).toEqual([[25, 125]]);
    press('0');
    expect(onRange.mock.lastCall).toEqual([undefined]);
  });

  test('steps from point to point within what is seen', () => {
    press('ArrowRight');
    expect(onCursor.mock.lastCall).toEqual([20]);
    cursor = 20;
    press('ArrowRight');
    expect(onCursor.mock.lastCall).toEqual([20]);
    press('Escape');
    expect(onCursor.mock.lastCall).toEqual([undefined]);
    expect(press('a')).toBe(true); // left to others
  });
});
