import { expect, test } from 'vitest';
import { differenceCoverage, fairnessCoverage, metricCoverage, type Coverage } from '../../support/coverageWorld';

/** Few worlds and draws, the same ones each time; the bench `coverage` has many. */
const settings = { repeats: 150, rows: 200, rounds: 100 };

/** So few leave 1.8 points open, and so few draws one or two more at each end. */
const isHonest = (coverage: Coverage): void => {
  expect(Object.keys(coverage).length).toBeGreaterThan(1);
  for (const [name, share] of Object.entries(coverage)) expect(share, name).toBeGreaterThan(0.89);
};

test('intervals of metrics hold the truth as often as they say', async () =>
  isHonest(await metricCoverage(settings, false)));

test('intervals of paired differences do', async () => isHonest(await differenceCoverage(settings, false)));

test.each([
  ['alike', { sizes: [200, 300], right: [0.7, 0.7], wrong: [0.2, 0.2] }],
  ['apart in both kinds of odds', { sizes: [150, 150], right: [0.6, 0.75], wrong: [0.2, 0.35] }],
])('intervals of what groups are apart by do: groups %s', async (_, groups) =>
  isHonest(await fairnessCoverage(settings, groups)),
);
