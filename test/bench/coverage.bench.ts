import {
  differenceCoverage,
  fairnessCoverage,
  metricCoverage,
  type Coverage,
  type Groups,
} from '../support/coverageWorld';

const repeats = 1000;
const rounds = 500;

const worlds: Readonly<Record<string, Groups>> = {
  'two groups of 200 and 300, 10 points apart': { sizes: [200, 300], right: [0.7, 0.8], wrong: [0.2, 0.3] },
  'two groups of 200 and 300, alike': { sizes: [200, 300], right: [0.7, 0.7], wrong: [0.2, 0.2] },
  'two groups of 1,000, 3 points apart': { sizes: [1000, 1000], right: [0.7, 0.73], wrong: [0.2, 0.23] },
  'five groups of 200, one 15 points behind': { sizes: [200, 200, 200, 200, 200], right: [0.6, 0.75, 0.75, 0.75, 0.75], wrong: [0.1, 0.25, 0.25, 0.25, 0.25] }, // prettier-ignore
  'three groups of 500, 10 points between each': {
    sizes: [500, 500, 500],
    right: [0.6, 0.7, 0.8],
    wrong: [0.1, 0.2, 0.3],
  },
  'five groups of 200, alike': { sizes: [200, 200, 200, 200, 200], right: [0.7, 0.7, 0.7, 0.7, 0.7], wrong: [0.2, 0.2, 0.2, 0.2, 0.2] }, // prettier-ignore
};

/** How often 95 % intervals hold the truth, in worlds whose truth is known. */
export async function bench(report: (line: string) => void): Promise<void> {
  const line = (name: string, coverage: Coverage): void =>
    report(
      `  ${name.padEnd(44)} ${Object.entries(coverage)
        .map(([key, share]) => `${key} ${(share * 100).toFixed(1)}`)
        .join('  ')}`,
    );
  report(`coverage in % of 95 % intervals, ${repeats} worlds of ${rounds} draws (their own error: 0.7)`);
  for (const rows of [200, 1000]) {
    const settings = { repeats, rows, rounds };
    for (const isEven of [false, true]) {
      const how = isEven ? 'stratified' : 'as they come';
      line(`metrics (BCa), ${rows} rows ${how}`, await metricCoverage(settings, isEven));
      line(`paired differences, ${rows} rows ${how}`, await differenceCoverage(settings, isEven));
    }
    line(`metrics (percentile), ${rows} rows`, await metricCoverage(settings, false, 'percentile'));
  }
  for (const [name, world] of Object.entries(worlds)) line(name, await fairnessCoverage({ repeats, rounds }, world));
}
