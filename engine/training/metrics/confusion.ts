/** `matrix[true][predicted]`: counts of rows. */
export type Confusion = readonly (readonly number[])[];

export function confusionMatrix(y: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < y.length; row++) matrix[y[row]!]![predicted[row]!]!++;
  return matrix;
}

/** Precision, recall and F1 of one class; 0 where there is nothing to divide by. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows of the class. */
  readonly support: number;
}

export function classScores(matrix: Confusion): ClassScores[] {
  return matrix.map((row, k) => {
    const hits = row[k]!;
    const support = sum(row);
    const predicted = sum(matrix.map(each => each[k]!));
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      support,
    };
  });
}

export const accuracy = (matrix: Confusion): number => ratio(trace(matrix), total(matrix));

/** Mean recall of the classes that occur. */
export function balancedAccuracy(matrix: Confusion): number {
  const present = classScores(matrix).filter(({ support }) => support > 0);
  return sum(present.map(({ recall }) => recall)) / present.length;
}

/** Matthews's correlation (Gorodkin's R_K for more than two classes); 0 when one side is constant. */
export function mcc(matrix: Confusion): number {
  const { all, agreed, truths, predictions } = margins(matrix);
  const cross = sum(truths.map((each, k) => each * predictions[k]!));
  const squares = (all * all - sum(predictions.map(square))) * (all * all - sum(truths.map(square)));
  return squares === 0 ? 0 : (agreed * all - cross) / Math.sqrt(squares);
}

/** Cohen's kappa: agreement beyond chance; 0 when chance alone agrees fully. */
export function kappa(matrix: Confusion): number {
  const { all, agreed, truths, predictions } = margins(matrix);
  const chance = sum(truths.map((each, k) => each * predictions[k]!)) / all;
  return ratio(agreed - chance, all - chance);
}

/** `precision_macro`, `recall_micro`, `f1_weighted`, ...: over the classes that occur or are predicted, as scikit-learn. */
export function averaged(matrix: Confusion): Record<string, number> {
  const scores = classScores(matrix);
  const used = scores.filter(({ support }, k) => support > 0 || matrix.some(row => row[k]! > 0));
  const rows = total(matrix);
  const result: Record<string, number> = {};
  for (const key of ['precision', 'recall', 'f1'] as const) {
    result[`${key}_macro`] = sum(used.map(each => each[key])) / used.length;
    result[`${key}_micro`] = accuracy(matrix);
    result[`${key}_weighted`] = sum(used.map(each => each[key] * each.support)) / rows;
  }
  return result;
}

interface Margins {
  readonly all: number;
  readonly agreed: number;
  readonly truths: readonly number[];
  readonly predictions: readonly number[];
}

const margins = (matrix: Confusion): Margins => ({
  all: total(matrix),
  agreed: trace(matrix),
  truths: matrix.map(sum),
  predictions: matrix.map((_, k) => sum(matrix.map(row => row[k]!))),
});

const sum = (values: readonly number[]): number => values.reduce((acc, value) => acc + value, 0);
const square = (value: number): number => value * value;
const total = (matrix: Confusion): number => sum(matrix.map(sum));
const trace = (matrix: Confusion): number => sum(matrix.map((row, k) => row[k]!));
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
