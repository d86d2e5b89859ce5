import type { FloatParameter, Params } from '../../../engine/protocol/tuning';

/** A function that samplers are measured by: less is better. */
export interface TestFunction {
  readonly name: string;
  readonly space: readonly FloatParameter[];
  readonly value: (params: Params) => number;
  /** Inter-quartile range of Optuna's TPE: the best of 100 trials, 20 seeds. */
  readonly optuna: readonly [number, number];
}

export const float = (name: string, low: number, high: number): FloatParameter => ({
  kind: 'float',
  name,
  low,
  high,
  log: false,
  when: [],
});
const xs = (params: Params): readonly number[] => Object.values(params).map(Number);

/** Least value 0.397887. */
export const branin: TestFunction = {
  name: 'Branin',
  space: [float('x0', -5, 10), float('x1', 0, 15)],
  value: params => {
    const [x = 0, y = 0] = xs(params);
    const bend = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
  optuna: [0.406, 0.428],
};

const alpha = [1, 1.2, 3, 3.2];
const a = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const p = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];

/** Least value −3.32237. */
export const hartmann6: TestFunction = {
  name: 'Hartmann6',
  space: [0, 1, 2, 3, 4, 5].map(i => float(`x${i}`, 0, 1)),
  value: params => {
    const x = xs(params);
    const hills = alpha.map((height, i) => {
      const distance = x.reduce((sum, value, j) => sum + a[i]![j]! * (value - p[i]![j]! / 10_000) ** 2, 0);
      return height * Math.exp(-distance);
    });
    return -hills.reduce((sum, hill) => sum + hill, 0);
  },
  optuna: [-3.246, -3.146],
};

/** Least value 0. */
export const rastrigin10: TestFunction = {
  name: 'Rastrigin-10',
  space: Array.from({ length: 10 }, (_, i) => float(`x${i}`, -5.12, 5.12)),
  value: params => xs(params).reduce((sum, x) => sum + 10 + x * x - 10 * Math.cos(2 * Math.PI * x), 0),
  optuna: [79.2, 104.7],
};

export const functions = [branin, hartmann6, rastrigin10];
