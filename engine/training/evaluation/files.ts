import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Evaluation } from '../../protocol/evaluation';
import type { JobOutput } from '../../protocol/jobs';
import { writeJson } from '../files';
import type { Decision } from './decision';
import { predictedClasses, type Scored } from './scored';

/** What the files are written from. */
export interface EvaluationFiles {
  readonly evaluation: Evaluation;
  readonly scored: Scored;
  readonly decision: Decision;
  /** Row of the data file of each scored row. */
  readonly rows: readonly number[];
}

/** Writes `evaluation.json`, `predictions.csv` and the plots' data into a folder. */
export async function writeEvaluation(folder: string, files: EvaluationFiles): Promise<JobOutput[]> {
  const { evaluation } = files;
  const { binary, confusion, classes, intervals, intervalsBy, worstSlices } = evaluation;
  const data: Record<string, unknown> = {
    ...(intervals && {
      'intervals.json': {
        ...intervalsBy,
        confidence: 0.95,
        intervals,
        ...(binary?.delong && { delong: binary.delong }),
      },
    }),
    ...(worstSlices && { 'worst_slices.json': worstSlices }),
    ...(confusion && { 'confusion_matrix.json': { labels: classes, matrix: confusion } }),
    ...(binary && {
      'roc.json': { fpr: binary.roc.x, tpr: binary.roc.y },
      'precision_recall.json': { recall: binary.precisionRecall.x, precision: binary.precisionRecall.y },
      'calibration.json': binary.calibration,
      ...(binary.uncalibrated && { 'calibration_before.json': binary.uncalibrated.calibration }),
    }),
  };
  await writeJson(path.join(folder, 'evaluation.json'), evaluation);
  await writeFile(path.join(folder, 'predictions.csv'), predictions(files));
  for (const [name, value] of Object.entries(data)) await writeJson(path.join(folder, name), value);
  return [
    { kind: 'evaluation', path: 'evaluation.json', artifactPath: 'evaluation.json' },
    ...['predictions.csv', ...Object.keys(data)].map(
      name => ({ kind: 'file', path: name, artifactPath: name }) as const,
    ),
  ];
}

/** `row` counts from 0 at the first data row. Binary: `score` is P(positive); several classes: one score column each. */
function predictions({ evaluation, scored, decision, rows }: EvaluationFiles): string {
  const { y, scores, width, task } = scored;
  const names = evaluation.classes ?? [];
  if (task === 'regression') return lines(['row', 'label', 'score'], i => [rows[i]!, y[i]!, scores[i]!], y.length);
  const given = predictedClasses(scored, decision.threshold);
  const label = (index: number): string => quoted(names[index] ?? '');
  const columns = task === 'binary' ? ['score'] : names.map(name => quoted(`score_${name}`));
  const first = width - columns.length;
  return lines(
    ['row', 'label', ...columns, 'predicted'],
    i => [rows[i]!, label(y[i]!), ...scores.subarray(i * width + first, (i + 1) * width), label(given[i]!)],
    y.length,
  );
}

function lines(header: readonly string[], line: (i: number) => readonly (string | number)[], count: number): string {
  const text = [header.join(',')];
  for (let i = 0; i < count; i++) text.push(line(i).join(','));
  return `${text.join('\n')}\n`;
}

/** A cell of a CSV file. */
export const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
