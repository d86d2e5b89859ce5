import { expect, test } from 'vitest';
import { placedError } from '../../../../engine/pipelines/step/placedError';
import type { WireError } from '../../../../engine/protocol/errors';

const range = { startLine: 7, startColumn: 5, endLine: 7, endColumn: 9 };
const asked: string[] = [];
const loaded = {
  file: 'other.yaml',
  locate: (key: string) => {
    asked.push(key);
    return key.startsWith('pipelines.p.steps.s') || key.startsWith('datasets.people') ? range : undefined;
  },
};
const at = { file: 'other.yaml', line: 7, column: 5, endLine: 7, endColumn: 9 };
const place = (error: Omit<WireError, 'code' | 'message'>) =>
  placedError({ code: 'data.column', message: 'No.', ...error }, 'pipelines.p.steps.s', loaded);

test.each([
  ['none', undefined, 'pipelines.p.steps.s'],
  ['an option', 'with.label', 'pipelines.p.steps.s.with.label'],
  ['a key of its own', 'outs', 'pipelines.p.steps.s.outs'],
  ['a whole key', 'datasets.people.path', 'datasets.people.path'],
])('place in the config: %s', (_, given, key) => {
  const error = place(given === undefined ? {} : { place: { file: 'modelyard.yaml', key: given } });
  expect(error.place).toEqual({ ...at, key });
  expect(error).not.toHaveProperty('config');
});

test('a key that the config lacks: no line', () => {
  expect(place({ place: { file: 'modelyard.yaml', key: 'models.m' } }).place).toEqual({
    file: 'other.yaml',
    key: 'models.m',
  });
});

test.each([
  ['what the step said', { config: { file: 'modelyard.yaml', key: 'with.label' } }, 'pipelines.p.steps.s.with.label'],
  ['the rule', { data: { dataset: 'people', expect: 2 } }, 'datasets.people.expect.2'],
  ['the dataset', { data: { dataset: 'people' } }, 'datasets.people.path'],
  ['the step', {}, 'pipelines.p.steps.s'],
])('a place in a data file stays; the config beside it is that of %s', (_, given, key) => {
  const inData = { file: 'people.csv', line: 3, key: 'age' };
  expect(place({ place: inData, ...given })).toMatchObject({ place: inData, config: { ...at, key } });
});
