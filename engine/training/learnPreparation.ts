import type { Frame } from '../protocol/frame';
import type { PrepareOptions } from '../protocol/steps/preparation';
import { ModelyardError, throwIfAborted } from '../errors';
import { findColumn, optionPlace } from './columns';
import type { WoeTable } from './encoders/woe';
import { learnLabel, type Label } from './label';
import { learnColumn } from './learnColumn';
import type { PreparedColumn, Preparation } from './preparation';
import { targetValues } from './transform';

export interface PreparationTask {
  readonly frame: Frame;
  /** The training part. */
  readonly rows: ArrayLike<number>;
  readonly options: PrepareOptions;
}

export interface LearntPreparation {
  readonly preparation: Preparation;
  /** Bins of the columns with `encode: woe`. */
  readonly woe: Readonly<Record<string, WoeTable>>;
}

/**
 * Learns the preparation of all columns from some rows of a frame, and from these alone.
 * @throws ModelyardError `data.column` for a name the data lacks, `config.invalid`, `training.label`, `training.numeric`.
 */
export function learnPreparation({ frame, rows, options }: PreparationTask, signal: AbortSignal): LearntPreparation {
  const labelColumn = findColumn(frame, options.label, { role: '`label`', option: 'label' });
  for (const [i, name] of options.drop.entries())
    findColumn(frame, name, { role: 'one to `drop`', option: `drop.${i}` });
  for (const name of Object.keys(options.columns))
    findColumn(frame, name, { role: 'an exception under `columns`', option: `columns.${name}` });
  const label = learnLabel(labelColumn, rows, options);
  const common = { version: 1, label: { name: labelColumn.name, type: labelColumn.type }, ...label } as const;
  const bad = positives(frame, rows, common);
  const dropped = new Set([options.label, ...options.drop]);
  const [columns, notes]: [PreparedColumn[], string[]] = [[], []];
  const woe: Record<string, WoeTable> = {};
  for (const column of frame.columns) {
    throwIfAborted(signal);
    if (dropped.has(column.name)) continue;
    const learnt = learnColumn({ column, rows, options, ...(bad && { bad }) });
    notes.push(...learnt.notes);
    if (learnt.woe) woe[column.name] = learnt.woe;
    if (learnt.prepared) columns.push(learnt.prepared);
  }
  const features = columns.flatMap(column => column.features);
  if (features.length === 0)
    throw new ModelyardError('config.invalid', 'No column is left to learn from.', {
      place: optionPlace('drop'),
      fix: 'Take columns out of `drop`, or look why they have no values.',
    });
  return { preparation: { ...common, columns, features, notes, options }, woe };
}

function positives(
  frame: Frame,
  rows: ArrayLike<number>,
  common: Label & Pick<Preparation, 'version' | 'label'>,
): Float64Array | undefined {
  if (common.task !== 'binary') return undefined;
  return targetValues({ ...common, columns: [], features: [], notes: [] }, frame, rows);
}
