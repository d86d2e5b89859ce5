import { expect, test } from 'vitest';
import { neededRequest } from '../../../../engine/features/definition/neededRequest';
import { select } from '../../../../engine/features/definition/select';
import { readPlan } from '../../../../engine/features/online/readPlan';
import type { FeatureViewDefinition, FeatureViewVersion } from '../../../../engine/protocol/features';

const computed = (name: string, expression: string) =>
  ({ name, type: 'number', from: { kind: 'expression', expression } }) as const;
const definition = {
  kind: 'on-demand',
  request: { asked: 'number', day: 'date', unused: 'string', share: 'number' },
  uses: [],
  features: [
    computed('share', 'share / 2'), // in its own expression its name is what is asked with
    computed('late', "date_diff('day', day, '2024-01-01') * share"),
    computed('double', 'asked * 2'),
  ],
} as const satisfies FeatureViewDefinition;

test('what features are asked with is what they are computed from, also by way of others', () => {
  const needed = (...wanted: string[]) => [...neededRequest(definition, wanted).keys()];
  expect(needed('double')).toEqual(['asked']);
  expect(needed('share')).toEqual(['share']);
  expect(needed('late')).toEqual(['day', 'share']);
  expect(needed('late', 'double')).toEqual(['asked', 'day', 'share']);
  expect(needed()).toEqual([]);
});

test('online only that must be given, and the rest of the view may be', () => {
  const ask: FeatureViewVersion = { view: 'ask', version: 1, hash: 'h', createdAt: 1, definition };
  const plan = readPlan(select(['ask:double'], { fullNames: false, version: () => ask }), () => ({
    compute: () => ({ kind: 'number', values: new Float64Array() }),
  }));
  expect(plan.required).toEqual(['asked']);
  expect(plan.known).toEqual(['asked', 'day', 'unused', 'share']);
});
