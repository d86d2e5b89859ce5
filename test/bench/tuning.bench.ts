import { MedianPruner } from '../../engine/tuning/pruners/medianPruner';
import type { Course } from '../../engine/tuning/pruners/pruner';
import type { PastTrial } from '../../engine/tuning/past';
import { CmaEsSampler } from '../../engine/tuning/samplers/cmaEsSampler';
import { QuasiRandomSampler } from '../../engine/tuning/samplers/quasiRandomSampler';
import { RandomSampler } from '../../engine/tuning/samplers/randomSampler';
import type { Sampler } from '../../engine/tuning/samplers/sampler';
import { TpeSampler } from '../../engine/tuning/samplers/tpeSampler';
import { SearchSpace } from '../../engine/tuning/space';
import { functions, hartmann6, rastrigin10, type TestFunction } from '../engine/tuning/functions';
import { mixedSpace, mixedVolume } from '../engine/tuning/mixedProblem';
import { best, median, search, signTest } from '../engine/tuning/search';

type Make = (space: SearchSpace, seed: number) => Sampler;
const makers: Readonly<Record<string, Make>> = {
  TPE: (space, seed) => new TpeSampler(space, seed),
  'CMA-ES': (space, seed) => new CmaEsSampler(space, seed),
  'quasi-random': (space, seed) => new QuasiRandomSampler(space, seed),
  random: (space, seed) => new RandomSampler(space, seed),
};
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const trials = 100;

/** The samplers beside random search and beside the range of Optuna's TPE, and what a suggestion costs. */
export function bench(report: (line: string) => void): Promise<void> {
  report(`Best of ${trials} trials, ${seeds.length} seeds: median [quartiles], seeds better than random (sign test)`);
  for (const one of functions) {
    report(`${one.name}: Optuna 5.0's TPE, quartiles [${one.optuna.join(', ')}]`);
    for (const line of compare(one)) report(line);
  }
  report(
    'Two objectives, a constraint and options of three learners: dominated volume after 80 trials, median (Optuna 5.0: 0.786)',
  );
  for (const name of ['TPE', 'quasi-random', 'random']) {
    const volumes = seeds.map(seed => mixedVolume(makers[name]!(mixedSpace, seed), 80));
    report(`  ${name.padEnd(14)}${median(volumes).toFixed(3)}`);
  }
  report('CPU of one suggestion');
  for (const one of [hartmann6, rastrigin10]) for (const line of costs(one)) report(line);
  report(severalObjectives());
  report(pruning());
  return Promise.resolve();
}

function* compare(one: TestFunction): Generator<string> {
  const space = new SearchSpace(one.space);
  const bests = (make: Make): readonly number[] => seeds.map(seed => best(search(make(space, seed), one, trials)));
  const random = bests(makers['random']!);
  for (const [name, make] of Object.entries(makers)) {
    const found = bests(make).toSorted((a, b) => a - b);
    const paired = bests(make);
    const wins = paired.filter((value, i) => value < random[i]!).length;
    const test = name === 'random' ? '' : `, ${wins} of 20 (p = ${signTest(wins, 20).toExponential(1)})`;
    const range = `[${found[4]!.toFixed(3)}, ${found[14]!.toFixed(3)}]`;
    yield `  ${name.padEnd(14)}${median(found).toFixed(3)} ${range}${test}`;
  }
}

function* costs(one: TestFunction): Generator<string> {
  const space = new SearchSpace(one.space);
  for (const [name, make] of Object.entries(makers)) {
    const [few, many] = [100, 1000].map(count => milliseconds(make(space, 1), pastOf(space, one, count)));
    yield `  ${one.name} ${name.padEnd(14)}${few!.toFixed(2)} ms at 100 trials, ${many!.toFixed(2)} ms at 1,000`;
  }
}

/** As if CMA-ES had drawn them: whole generations of random points. */
const pastOf = (space: SearchSpace, one: TestFunction, count: number): readonly PastTrial[] =>
  search(new RandomSampler(space, 3), one, count).map(trial => ({
    ...trial,
    generation: Math.floor(trial.number / (4 + Math.floor(3 * Math.log(space.parameters.length)))),
  }));

/** CPU of a suggestion, the mean of some; a CMA-ES that has seen the past before, as in a study. */
function milliseconds(sampler: Sampler, past: readonly PastTrial[]): number {
  const ask = (number: number): void => void sampler.suggest({ number, past, fixed: {} });
  for (let i = 0; i < 5; i++) ask(past.length + i);
  const before = process.cpuUsage();
  for (let i = 0; i < 20; i++) ask(past.length + 5 + i);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / 20;
}

/** Two objectives at odds, so that the first front is long. */
function severalObjectives(): string {
  const space = new SearchSpace(hartmann6.space);
  const past = (count: number): readonly PastTrial[] =>
    pastOf(space, hartmann6, count).map(trial => {
      const [x0 = 0, x1 = 0] = Object.values(trial.params).map(Number);
      return { ...trial, losses: [x0, (1 - Math.sqrt(x0)) * (1 + x1 / 10)] };
    });
  const [few, many] = [100, 1000].map(count => milliseconds(new TpeSampler(space, 1), past(count)));
  return `  two objectives TPE ${few!.toFixed(2)} ms at 100 trials, ${many!.toFixed(2)} ms at 1,000`;
}

function pruning(): string {
  const course = (number: number): Course => {
    const points = [1, 2, 3, 4, 5].map(step => ({ step, loss: (number * 7919 + step) % 101 }));
    return { number, isComplete: true, folds: points, means: points };
  };
  const others = Array.from({ length: 1000 }, (_, number) => course(number));
  const pruner = new MedianPruner();
  const before = process.cpuUsage();
  for (let i = 0; i < 20; i++) pruner.shouldPrune(course(i), others);
  return `  pruning ${(process.cpuUsage(before).user / 1000 / 20).toFixed(2)} ms at 1,000 trials`;
}
