import { expect, it } from 'vitest';
import { parseConfig } from '../../../../../engine/config/parse';
import { ModelyardError } from '../../../../../engine/errors';
import { withMaker } from '../../../../../engine/process/wiring/features/makerOf';

const { config, diagnostics } = parseConfig(
  `name: x
datasets: {one: {path: out/one.csv}, parts: {path: parts, format: csv}, set: {path: set.csv}, other: {path: outer.csv}}
features: {v: {entity: id, source: one, columns: [a]}}
feature_services: {s: {features: [v]}}
pipelines:
  nightly:
    steps:
      make: {run: make, outs: [out/, parts/1.csv]}
      join: {uses: features, needs: make, with: {service: s, entities: one, as: set}}
`,
  'modelyard.yaml',
);
const { datasets = {}, pipelines = {} } = config ?? {};

const missing = new ModelyardError('data.missing', 'The file is missing.', {
  place: { file: 'f' },
  fix: 'Put it there.',
});

it('reads its configuration', () => expect(diagnostics).toEqual([]));

it.each([
  ['one', 'make'],
  ['parts', 'make'],
  ['set', 'join'],
])('says which step makes the file of %s', (dataset, step) => {
  expect(withMaker(missing, dataset, { datasets, pipelines })).toMatchObject({
    ...{ code: 'data.missing', place: { file: 'f' } },
    message: `The file is missing. Step \`${step}\` of pipeline \`nightly\` makes it.`,
    fix: 'Run `modelyard run nightly` first.',
  });
});

it('leaves other errors as they are', () => {
  expect(withMaker(missing, 'other', { datasets, pipelines })).toBe(missing);
  const unreadable = new ModelyardError('data.unreadable', 'It is no CSV.');
  expect(withMaker(unreadable, 'one', { datasets, pipelines })).toBe(unreadable);
});
