import { expect, test } from 'vitest';
import { parseConfig } from '../../../../engine/config/parse';
import { eachTime } from '../../../../engine/pipelines/cache/eachTime';

/** Why the tune step of these options runs each time. */
function ofTune(options: string): string | undefined {
  const { config } = parseConfig(
    `name: x
datasets: {a: {path: a.csv}}
pipelines:
  p:
    steps:
      s: {uses: split}
      c: {uses: prepare, needs: s, with: {label: y}}
      t: {uses: tune, needs: c, with: {learner: forest, metric: auc, ${options}}}
`,
    'modelyard.yaml',
  );
  const step = config?.pipelines['p']?.steps['t'];
  if (!config || !step) throw new Error('The text is wrong.');
  return eachTime(step, config);
}

test('a study is taken from an earlier run, unless it begins with other runs or anew', () => {
  expect(ofTune('trials: 5')).toBeUndefined();
  expect(ofTune('warm_start: 2')).toContain('`warm_start`');
  expect(ofTune('fresh: true')).toBe('it begins a new study each time (`fresh`)');
});
