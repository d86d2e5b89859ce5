import type { Calibration, CalibrationMap, KnotsMap } from './calibration';
import { pieces } from './calibration';
import { isotonic } from './isotonic';
import { platt } from './platt';

export interface CalibrationData {
  /** Rows × maps: what each map takes, of rows that the scoring model has not learnt from. */
  readonly inputs: Float64Array;
  /** Class index of each row. */
  readonly y: Float64Array;
  /** 1 with two classes, else the number of classes. */
  readonly maps: number;
  /** How far an input of this size may be off elsewhere: ONNX Runtime sums trees in float. */
  readonly rounding: (input: number) => number;
}

/** One map from the rows' outcomes for two classes, one a class (against the rest) for several. */
export function learnCalibration(method: Calibration['method'], data: CalibrationData): Calibration {
  const { inputs, y, maps, rounding } = data;
  const learnt = Array.from({ length: maps }, (_, k): CalibrationMap => {
    const s = Float64Array.from(y, (_label, row) => inputs[row * maps + k]!);
    const hit = y.map(label => Number(label === (maps === 1 ? 1 : k)));
    return method === 'platt' ? platt(s, hit) : gentle(s, hit, rounding);
  });
  return { method, maps: learnt };
}

/** Largest effect that the rounding of an input may have on a probability: half of what parity lets through. */
const mostEffect = 5e-6;

/**
 * Isotonic regression can jump between two scores that are nearly equal; where scores are rounded, the jump would make
 * another probability of them. Scores are then put on a grid, as fine as rounding allows.
 */
function gentle(s: Float64Array, y: Float64Array, rounding: (input: number) => number): KnotsMap {
  let found = isotonic(s, y);
  const size = s.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let grid = size * 2 ** -16; greatestEffect(found, rounding) > mostEffect; grid *= 2)
    found = isotonic(
      s.map(value => Math.round(value / grid) * grid),
      y,
    );
  return found;
}

/** Of rounding on a probability, over the pieces between knots. */
function greatestEffect(map: KnotsMap, rounding: (input: number) => number): number {
  const slopes = pieces(map);
  let most = 0;
  for (let i = 1; i < map.x.length; i++)
    most = Math.max(most, slopes[i]! * Math.max(rounding(map.x[i - 1]!), rounding(map.x[i]!)));
  return most;
}
