import { expect, test } from 'vitest';
import type { Parameter, Params, ParamValue } from '../../../engine/protocol/tuning';
import { Random } from '../../../engine/random';
import { ParzenEstimator } from '../../../engine/tuning/samplers/parzen';

const when = [] as const;
const parameters: readonly Parameter[] = [
  { kind: 'float', name: 'x', low: -2, high: 3, log: false, when },
  { kind: 'float', name: 'l', low: 1e-4, high: 1e2, log: true, when },
  { kind: 'float', name: 's', low: 0, high: 1, log: false, step: 0.25, when },
  { kind: 'int', name: 'i', low: 1, high: 9, log: false, step: 1, when },
  { kind: 'choice', name: 'c', choices: ['a', 'b', 'd'], when },
];
const rows = (columns: Record<string, readonly ParamValue[]>): readonly Params[] =>
  (columns['x'] ?? []).map((_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]!])),
  );
const observed = rows({
  x: [0.5, -1.2, 2.9, 0.6],
  l: [1e-3, 1, 50, 0.02],
  s: [0, 0.25, 1, 0.5],
  i: [1, 4, 9, 5],
  c: ['a', 'd', 'd', 'b'],
});
const asked = rows({ x: [0, 2.5, -1.99], l: [0.5, 1e-4, 99], s: [0.25, 0.75, 1], i: [3, 9, 1], c: ['b', 'd', 'a'] });

/** `_ParzenEstimator.log_pdf` of Optuna 5.0.0 with its defaults. */
const optuna: Readonly<Record<string, readonly number[]>> = {
  x: [-1.488253261865983, -1.7445873297444217, -1.8925151666909126],
  l: [-2.5756835248533805, -3.007081661105331, -2.773189281831197],
  s: [-1.3491933753167185, -1.8366008143051495, -1.9822301293770006],
  i: [-2.0726518341126186, -2.477443663660963, -2.2212532627817807],
  c: [-1.2321436812926323, -0.8754687373538996, -1.2321436812926323],
};

test.each(parameters)("the density over $name is Optuna's", parameter => {
  const estimator = new ParzenEstimator([parameter], { params: observed });
  for (const [i, params] of asked.entries())
    expect(estimator.logDensity(params)).toBeCloseTo(optuna[parameter.name]![i]!, 5);
});

test("the density over all together is Optuna's", () => {
  const estimator = new ParzenEstimator(parameters, { params: observed });
  const expected = [-8.762329745820566, -10.649842335271916, -10.896429385907476];
  for (const [i, params] of asked.entries()) expect(estimator.logDensity(params)).toBeCloseTo(expected[i]!, 5);
});

test('without observations the density is wide', () => {
  const estimator = new ParzenEstimator([parameters[0]!], { params: [] });
  expect(estimator.logDensity({ x: 0 })).toBeCloseTo(-1.57346011, 5);
  expect(estimator.logDensity({ x: -1.99 })).toBeCloseTo(-1.69246211, 5);
});

test('draws are distributed as the density says', () => {
  const stepped = parameters.slice(2);
  const estimator = new ParzenEstimator(stepped, { params: observed });
  const random = new Random(1);
  const n = 4000;
  const seen = new Map<ParamValue, number>();
  for (let k = 0; k < n; k++) {
    const { s = -1 } = estimator.draw(random);
    seen.set(s, (seen.get(s) ?? 0) + 1);
  }
  const alone = new ParzenEstimator([stepped[0]!], { params: observed });
  for (const s of [0, 0.25, 0.5, 0.75, 1]) {
    const share = Math.exp(alone.logDensity({ s }));
    expect(Math.abs((seen.get(s) ?? 0) / n - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / n));
  }
});
