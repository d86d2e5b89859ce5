import { describe, expect, test } from 'vitest';
import type { Parameter, Params } from '../../../engine/protocol/tuning';
import { dominates, paretoFront } from '../../../engine/tuning/pareto';
import type { PastTrial } from '../../../engine/tuning/past';
import { CmaEsSampler } from '../../../engine/tuning/samplers/cmaEsSampler';
import { GridSampler } from '../../../engine/tuning/samplers/gridSampler';
import { QuasiRandomSampler } from '../../../engine/tuning/samplers/quasiRandomSampler';
import { RandomSampler } from '../../../engine/tuning/samplers/randomSampler';
import { divide, TpeSampler } from '../../../engine/tuning/samplers/tpeSampler';
import { SearchSpace } from '../../../engine/tuning/space';
import { branin, float, functions, hartmann6, rastrigin10 } from './functions';
import { mixedSpace, mixedVolume, optunaVolume } from './mixedProblem';
import { best, median, search, signTest } from './search';

/** x counts for `a` only, y for `b` only; the best is b with y = 0.3. */
const branches = new SearchSpace([
  { kind: 'choice', name: 'kind', choices: ['a', 'b', 'c'], when: [] },
  { ...float('x', 0, 1), when: [{ parameter: 'kind', values: ['a'] }] },
  { ...float('y', 0, 1), when: [{ parameter: 'kind', values: ['b'] }] },
  { kind: 'int', name: 'n', low: 1, high: 4, log: false, step: 1, when: [{ parameter: 'kind', values: ['b', 'c'] }] },
]);
const branchLoss = ({ kind, x, y, n }: Params): number =>
  kind === 'a' ? 1 + Number(x) : kind === 'b' ? Math.abs(Number(y) - 0.3) + Number(n) / 10 : 2 + Number(n);
const seeds = [0, 1, 2, 3, 4];

describe('TPE', () => {
  test('two objectives, a constraint and options of learners together: more is dominated than by random', () => {
    const many = Array.from({ length: 40 }, (_, seed) => seed);
    const volumes = (make: (seed: number) => TpeSampler | RandomSampler): readonly number[] =>
      many.map(seed => mixedVolume(make(seed), 80));
    const found = volumes(seed => new TpeSampler(mixedSpace, seed));
    const random = volumes(seed => new RandomSampler(mixedSpace, seed));
    expect(signTest(found.filter((value, i) => value > random[i]!).length, many.length)).toBeLessThan(0.01);
    expect(median(found)).toBeGreaterThan(1.1 * median(random));
    expect(median(found)).toBeGreaterThan(optunaVolume);
  });

  test('finds better places than random, and as good ones as Optuna', () => {
    let wins = 0;
    for (const one of functions) {
      const space = new SearchSpace(one.space);
      const found = seeds.map(seed => best(search(new TpeSampler(space, seed), one, 100)));
      const random = seeds.map(seed => best(search(new RandomSampler(space, seed), one, 100)));
      wins += found.filter((value, i) => value < random[i]!).length;
      expect(median(found), one.name).toBeLessThanOrEqual(one.optuna[1]);
    }
    expect(signTest(wins, functions.length * seeds.length)).toBeLessThan(0.01);
  });

  test('finds the branch, the choice and the number that matter', () => {
    const found = seeds.map(seed => best(search(new TpeSampler(branches, seed), { value: branchLoss }, 60)));
    expect(median(found)).toBeLessThan(0.12);
  });

  test('says the same whenever it is asked the same', () => {
    const space = new SearchSpace(branin.space);
    const past = search(new TpeSampler(space, 3), branin, 30);
    const ask = { number: 30, past, fixed: {} };
    expect(new TpeSampler(space, 3).suggest(ask)).toEqual(new TpeSampler(space, 3).suggest(ask));
    expect(new TpeSampler(space, 3).suggest(ask)).not.toEqual(new TpeSampler(space, 4).suggest(ask));
  });

  test('keeps what is fixed', () => {
    const space = new SearchSpace(hartmann6.space);
    const past = search(new TpeSampler(space, 3), hartmann6, 20);
    const { params } = new TpeSampler(space, 3).suggest({ number: 20, past, fixed: { x2: 0.125 } });
    expect(params['x2']).toBe(0.125);
    expect(Object.keys(params)).toHaveLength(6);
  });

  test('sends parallel trials to different places', () => {
    const space = new SearchSpace([float('x', 0, 1)]);
    const past = search(new TpeSampler(space, 1), { value: ({ x }) => (Number(x) - 0.5) ** 2 }, 30);
    const drawn = (running: readonly PastTrial[]): number =>
      median(
        Array.from({ length: 25 }, (_, i) => {
          const { params } = new TpeSampler(space, 1).suggest({
            number: 40 + i,
            past: [...past, ...running],
            fixed: {},
          });
          return Math.abs(Number(params['x']) - 0.5);
        }),
      );
    const busy = Array.from({ length: 8 }, (_, i): PastTrial => ({
      number: 30 + i, state: 'running', params: { x: 0.5 + (i - 4) / 1000 }, losses: [], violation: 0,
    })); // prettier-ignore
    expect(drawn(busy)).toBeGreaterThan(2 * drawn([]));
  });

  test('avoids what breaks constraints', () => {
    const space = new SearchSpace([float('x', 0, 1), float('y', 0, 1)]);
    const past: PastTrial[] = [];
    const sampler = new TpeSampler(space, 5);
    for (let number = 0; number < 60; number++) {
      const { params } = sampler.suggest({ number, past, fixed: {} });
      // the least sum that is allowed is 0.7
      const sum = Number(params['x']) + Number(params['y']);
      past.push({ number, state: 'complete', params, losses: [sum], violation: Math.max(0, 0.7 - sum) });
    }
    const late = past.slice(30);
    expect(late.filter(({ violation }) => violation === 0).length).toBeGreaterThan(15);
    const allowed = past.filter(({ violation }) => violation === 0);
    expect(best(allowed)).toBeLessThan(0.8);
  });

  test('comes nearer to the Pareto front than random', () => {
    const space = new SearchSpace([float('x', 0, 1), float('y', 0, 1), float('z', 0, 1)]);
    // ZDT1's shape: the front is y = z = 0
    const losses = (params: Params): readonly number[] => {
      const [x, y, z] = [Number(params['x']), Number(params['y']), Number(params['z'])];
      const g = 1 + 4.5 * (y + z);
      return [x, g * (1 - Math.sqrt(x / g))];
    };
    const run = (sampler: TpeSampler | RandomSampler): readonly PastTrial[] => {
      const past: PastTrial[] = [];
      for (let number = 0; number < 80; number++) {
        const { params } = sampler.suggest({ number, past, fixed: {} });
        past.push({ number, state: 'complete', params, losses: losses(params), violation: 0 });
      }
      return past;
    };
    let [ahead, behind] = [0, 0];
    for (const seed of [0, 1, 2]) {
      const [tpe, random] = [run(new TpeSampler(space, seed)), run(new RandomSampler(space, seed))].map(past => {
        const points = past.map(trial => trial.losses);
        return paretoFront(points).map(i => points[i]!);
      });
      ahead += random!.filter(point => tpe!.some(other => dominates(other, point))).length;
      behind += tpe!.filter(point => random!.some(other => dominates(other, point))).length;
    }
    expect(ahead).toBeGreaterThan(2 * behind);
  });
});

test('of ten trials one is good; pruned ones are worse than complete, and broken ones worse than both', () => {
  const trial = (number: number, more: Partial<PastTrial>): PastTrial => ({
    number, state: 'complete', params: {}, losses: [number], violation: 0, ...more,
  }); // prettier-ignore
  const past = [
    trial(0, { violation: 0.5 }),
    trial(1, { state: 'pruned', losses: [], last: { step: 2, loss: 0 } }),
    trial(2, { state: 'pruned', losses: [], last: { step: 3, loss: 9 } }),
    ...Array.from({ length: 20 }, (_, i) => trial(10 + i, i < 1 ? {} : { state: 'running', losses: [] })),
  ];
  expect(divide(past).good.map(({ number }) => number)).toEqual([10]);
  const longer = [...past, ...Array.from({ length: 18 }, (_, i) => trial(50 + i, { violation: 1 }))];
  expect(divide(longer).good.map(({ number }) => number)).toEqual([2, 1, 10].sort((a, b) => a - b));
});

describe('CMA-ES', () => {
  test.each([branin, rastrigin10])('finds better places of $name than random', one => {
    const space = new SearchSpace(one.space);
    const found = seeds.map(seed => best(search(new CmaEsSampler(space, seed), one, 100)));
    const random = seeds.map(seed => best(search(new RandomSampler(space, seed), one, 100)));
    expect(signTest(found.filter((value, i) => value < random[i]!).length, seeds.length)).toBeLessThan(0.07);
  });

  test('comes down a narrow, turned valley', () => {
    const space = new SearchSpace(Array.from({ length: 4 }, (_, i) => float(`x${i}`, 0, 1)));
    const value = (params: Params): number => {
      const [a = 0, b = 0, c = 0, d = 0] = Object.values(params).map(x => Number(x) - 0.3);
      return 1000 * (a - b) ** 2 + 1000 * (c + d) ** 2 + (a + b) ** 2 + (c - d) ** 2;
    };
    expect(best(search(new CmaEsSampler(space, 1), { value }, 600))).toBeLessThan(1e-8);
  });

  test('goes on from the trials alone as if nothing had happened, beside choices too', () => {
    const parameters: readonly Parameter[] = [
      ...rastrigin10.space.slice(0, 3),
      { kind: 'choice', name: 'c', choices: ['a', 'b'], when: [] },
    ];
    const value = ({ c, ...xs }: Params): number => rastrigin10.value(xs) + (c === 'a' ? 5 : 0);
    const space = new SearchSpace(parameters);
    const whole = search(new CmaEsSampler(space, 2), { value }, 40);
    const next = new CmaEsSampler(space, 2).suggest({ number: 25, past: whole.slice(0, 25), fixed: {} });
    expect(next).toEqual({ params: whole[25]!.params, generation: whole[25]!.generation });
  });
});

describe('the grid', () => {
  test('has every combination once, and then nothing', () => {
    const found = search(new GridSampler(branches, 1), { value: branchLoss }, 1000);
    // a: 5 places; b: 5 · 4; c: 4
    expect(found).toHaveLength(29);
    expect(new Set(found.map(({ params }) => JSON.stringify(params))).size).toBe(29);
    expect(found.every(({ params }) => branches.holds(params))).toBe(true);
  });

  test('takes what is fixed out of it', () => {
    const { params } = new GridSampler(branches, 1).suggest({ number: 0, past: [], fixed: { kind: 'c' } }) ?? {};
    expect(params?.['kind']).toBe('c');
    expect(Object.keys(params ?? {}).sort()).toEqual(['kind', 'n']);
  });

  test('says when it is too large', () => {
    expect(() => new GridSampler(new SearchSpace(rastrigin10.space), 0)).toThrow('more than 100000');
  });
});

test('quasi-random points fill the square more evenly than random ones', () => {
  const space = new SearchSpace([float('x', 0, 1), float('y', 0, 1)]);
  const empty = (sampler: QuasiRandomSampler | RandomSampler): number => {
    const seen = new Set(
      search(sampler, { value: () => 0 }, 64).map(({ params }) =>
        [params['x'], params['y']].map(at => Math.floor(Number(at) * 8)).join(),
      ),
    );
    return 64 - seen.size;
  };
  const [quasi, random] = [QuasiRandomSampler, RandomSampler].map(Kind =>
    median(seeds.map(seed => empty(new Kind(space, seed)))),
  );
  expect(quasi).toBeLessThan(0.75 * random!);
  // along one axis every 1/64th is hit once
  const xs = search(new QuasiRandomSampler(space, 9), { value: () => 0 }, 64).map(({ params }) =>
    Math.floor(Number(params['x']) * 64),
  );
  expect(new Set(xs).size).toBe(64);
});
