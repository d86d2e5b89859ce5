import { ModelyardError } from '../../errors';
import { Random } from '../../random';
import type { FrameColumn, NumberColumn } from '../../protocol/frame';
import type { ModelTest } from '../../protocol/modelTests';
import { findColumn } from '../columns';
import { metricSet } from '../evaluation/metricSet';
import { scoreAnyRows } from '../evaluation/scored';
import { mapNumbers, mapTexts, withColumn } from './alteredFrame';
import { shown } from './examples';
import type { Found, Subject, Tester } from './subject';

const lowerIsBetter = new Set(['log_loss', 'brier', 'calibration_error', 'expected_cost', 'rmse', 'mae']);
/** Noise has this share of the spread of a column. */
const noiseShare = 0.1;
/** Extreme values are this far outside the range, in ranges. */
const far = 10;

type Robust = ModelTest<'robust'>;

/** Breaks a share of the cells of each column and looks how much worse the model gets. */
export const robust: Tester<'robust'> = async (test, subject) => {
  const { model, frame, rows } = subject;
  const inputs = model.preparation.columns.map(({ name }) => name);
  const columns = test.columns.length > 0 ? test.columns : inputs;
  let broken = frame;
  let count = 0;
  for (const [i, name] of columns.entries()) {
    subject.signal.throwIfAborted();
    const column = findColumn(frame, name, { role: 'what a model test breaks' });
    const made = inputs.includes(name) ? brokenColumn(column, test, new Random(subject.seed + i)) : undefined;
    if (made === undefined) continue;
    broken = withColumn(broken, made);
    count++;
  }
  if (count === 0)
    throw new ModelyardError('data.column', `None of the model's columns can be broken by \`${test.against}\`.`);
  const before = await measured(subject, { frame, metric: test.metric });
  const after = await measured(subject, { frame: broken, metric: test.metric });
  return outcome(test, { before, after, count, rows: rows.length });
};

function outcome(
  { metric, share, against }: Robust,
  { before, after, count, rows }: { before: number; after: number; count: number; rows: number },
): Found {
  const value = lowerIsBetter.has(metric) ? after - before : before - after;
  const what = {
    missing: 'missing',
    noise: 'blurred by noise',
    extreme: 'far out of range',
    unseen: 'never seen before',
  };
  const of = `${count} column${count === 1 ? '' : 's'}`;
  const sentence = `${metric} is ${shown(before)}, and ${shown(after)} with ${Math.round(share * 100)} % of the values of ${of} ${what[against]}`;
  return { value, rows, examples: [], sentence };
}

async function measured(
  { model, rows, threshold, cost }: Subject,
  { frame, metric }: { readonly frame: Subject['frame']; readonly metric: string },
): Promise<number> {
  const metrics = metricSet(await scoreAnyRows(model, frame, rows), {
    ...{ threshold, reason: '' },
    ...(cost && { cost }),
  });
  const value = metrics[metric];
  if (value !== undefined) return value;
  const way = metric === 'expected_cost' ? ' It takes the `cost` of a step `evaluate` that the step `test` needs.' : '';
  throw new ModelyardError(
    'config.invalid',
    `${metric} cannot be measured here; there are ${Object.keys(metrics).sort().join(', ')}.${way}`,
  );
}

/** Undefined: a column of its kind cannot be broken so. */
function brokenColumn(column: FrameColumn, { against, share }: Robust, random: Random): FrameColumn | undefined {
  const isHit = (): boolean => random.uniform() < share;
  if (against === 'missing')
    return column.kind === 'number'
      ? mapNumbers(column, value => (isHit() ? Number.NaN : value))
      : mapTexts(column, text => (isHit() ? null : text));
  if (against === 'unseen')
    return column.kind === 'text' ? mapTexts(column, text => (isHit() ? 'never seen in training' : text)) : undefined;
  if (column.kind !== 'number') return undefined;
  const { low, high, spread } = extent(column);
  if (against === 'noise')
    return mapNumbers(column, value => (isHit() ? value + noiseShare * spread * random.normal() : value));
  const range = high - low;
  return mapNumbers(column, value =>
    isHit() ? (random.uniform() < 0.5 ? low - far * range : high + far * range) : value,
  );
}

function extent({ values }: NumberColumn): { readonly low: number; readonly high: number; readonly spread: number } {
  const there = values.filter(value => !Number.isNaN(value));
  if (there.length === 0) return { low: 0, high: 0, spread: 0 };
  const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
  const spread = Math.sqrt(there.reduce((sum, value) => sum + (value - mean) ** 2, 0) / there.length);
  return {
    low: there.reduce((least, value) => Math.min(least, value), Infinity),
    high: there.reduce((most, value) => Math.max(most, value), -Infinity),
    spread,
  };
}
