import { afterEach, expect, test } from 'vitest';
import { secretValues } from '../../../../engine/pipelines/step/secretValues';

afterEach(() => {
  delete process.env['HOUSE_OF_SECRETS'];
});

test('a secret is what the engine’s own environment holds under the other name', () => {
  process.env['HOUSE_OF_SECRETS'] = 'open sesame';
  expect(secretValues({ secrets: { DOOR: 'HOUSE_OF_SECRETS' } })).toEqual({ DOOR: 'open sesame' });
  expect(secretValues({})).toEqual({});
});

test.each([undefined, ''])('one that is %j there fails the step at its key', value => {
  if (value !== undefined) process.env['HOUSE_OF_SECRETS'] = value;
  expect(() => secretValues({ secrets: { DOOR: 'HOUSE_OF_SECRETS' } })).toThrow(
    expect.objectContaining({ code: 'step.failed', place: { file: 'modelyard.yaml', key: 'env.DOOR' } }),
  );
});
