/**
 * What brings the outputs of a model to probabilities that are met. With two classes one map, from the margin (`sigmoid`)
 * or the probability (`share`) of the positive one; with several one map a class, from its probability, and the results
 * are brought to a sum of 1.
 */
export interface Calibration {
  readonly method: 'isotonic' | 'platt';
  readonly maps: readonly CalibrationMap[];
}

export type CalibrationMap = SigmoidMap | KnotsMap;

/** 1 ÷ (1 + exp(a · s + b)) */
export interface SigmoidMap {
  readonly kind: 'sigmoid';
  readonly a: number;
  readonly b: number;
}

/** Straight between (x[i], y[i]), the first and last y beyond them; x rises strictly, y does not fall. */
export interface KnotsMap {
  readonly kind: 'knots';
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A NaN stays NaN. */
export function mapped(map: CalibrationMap, s: number): number {
  if (map.kind === 'sigmoid') {
    const z = map.a * s + map.b;
    return z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
  }
  const { x, y } = map;
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (s >= x[middle]!) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(0, low - 1);
  return y[from]! + pieces(map)[low]! * (s - x[from]!);
}

const known = new WeakMap<KnotsMap, Float64Array>();

/** The slope below the first knot, behind each, and beyond the last: one more than there are knots. */
export function pieces(map: KnotsMap): Float64Array {
  let found = known.get(map);
  if (!found) {
    const { x, y } = map;
    found = Float64Array.from({ length: x.length + 1 }, (_, i) =>
      i === 0 || i === x.length ? 0 : (y[i]! - y[i - 1]!) / (x[i]! - x[i - 1]!),
    );
    known.set(map, found);
  }
  return found;
}

/**
 * Calibrated scores, rows × classes.
 * @param inputs rows × maps: what each map takes
 */
export function calibrated({ maps }: Calibration, inputs: Float64Array): Float64Array {
  const width = maps.length;
  const rows = inputs.length / width;
  if (width === 1) {
    const scores = new Float64Array(rows * 2);
    for (let row = 0; row < rows; row++) {
      const p = mapped(maps[0]!, inputs[row]!);
      scores[row * 2] = 1 - p;
      scores[row * 2 + 1] = p;
    }
    return scores;
  }
  const scores = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += scores[row * width + k] = mapped(maps[k]!, inputs[row * width + k]!);
    for (let k = 0; k < width; k++) scores[row * width + k] = sum === 0 ? 1 / width : scores[row * width + k]! / sum;
  }
  return scores;
}
