import { open } from 'node:fs/promises';
import type { Fold } from '../folds/fold';
import type { Preparation } from '../preparation';
import type { Scored } from '../evaluation/scored';
import { quoted } from '../evaluation/files';

/** Lines of the file, at most; beyond, only the first repeat is kept. */
const mostLines = 2_000_000;
const linesAtOnce = 20_000;

export interface OutOfFold {
  readonly folds: readonly Fold[];
  readonly preparation: Preparation;
  /** By learner, the scored test rows of each fold. */
  readonly scored: ReadonlyMap<string, readonly Scored[]>;
}

/** Repeats whose predictions are kept. */
export function keptFolds(folds: readonly Fold[]): readonly Fold[] {
  const lines = folds.reduce((sum, { test }) => sum + test.length, 0);
  return lines > mostLines ? folds.filter(({ repeat }) => repeat === 0) : folds;
}

/**
 * `row,repeat,fold,label`, then by learner its score of the row while it had not seen it: P(positive), the value of a
 * regression, or a probability a class. `row` counts from 0 at the first data row, `repeat` and `fold` from 1.
 */
export async function writeOutOfFold(file: string, { folds, preparation, scored }: OutOfFold): Promise<void> {
  const { classes, task } = preparation;
  const learners = [...scored];
  const columns = learners.flatMap(([name]) =>
    task === 'multiclass' ? classes.map(label => `score_${name}_${label}`) : [`score_${name}`],
  );
  const handle = await open(file, 'w');
  try {
    let lines = [['row', 'repeat', 'fold', 'label', ...columns.map(quoted)].join(',')];
    const flush = async (): Promise<void> => {
      await handle.writeFile(`${lines.join('\n')}\n`); // all of it, from where the last one ended
      lines = [];
    };
    for (const [at, { test, repeat, fold }] of folds.entries()) {
      for (const [i, row] of test.entries()) {
        const cells: (string | number)[] = [row, repeat + 1, fold + 1];
        for (const [index, [, parts]] of learners.entries()) {
          const { y, scores, width } = parts[at]!;
          if (index === 0) cells.push(task === 'regression' ? y[i]! : quoted(classes[y[i]!] ?? ''));
          const first = i * width + (task === 'multiclass' ? 0 : width - 1);
          for (let k = first; k < (i + 1) * width; k++) cells.push(scores[k]!);
        }
        lines.push(cells.join(','));
        if (lines.length >= linesAtOnce) await flush();
      }
    }
    if (lines.length > 0) await flush();
  } finally {
    await handle.close();
  }
}
