import { expect, test } from 'vitest';
import type { ModelVersion, RegisteredModel } from '../../../engine/protocol/registry';
import { versionAt, versionBefore } from '../../../engine/serving/target';

const version = (number: number): ModelVersion => ({
  ...{ model: 'm', version: number, artifactPath: 'model', source: '', stage: 'dev', createdAt: 1, updatedAt: 1 },
  ...{ createdBy: 'ada', description: '', metrics: {}, lineage: { datasets: [] }, tags: {} },
});
const model = (holders: RegisteredModel['holders'], previous: RegisteredModel['previous'] = {}): RegisteredModel => ({
  ...{ name: 'm', description: '', createdAt: 1, updatedAt: 1, tags: {}, aliases: { champion: 2 }, holders },
  stages: ['dev', 'staging', 'production'],
  versions: [3, 2, 1].map(version),
  history: [],
  gates: [],
  ...{ aliasHistory: [], approvals: [], previous, guarded: {}, scans: [], signatures: [] },
});

test('a stage, an alias, a number', () => {
  const registered = model({ production: 1 });
  expect(['production', 'staging', '@champion', '@nobody', '3', 'v3'].map(at => versionAt(registered, at))).toEqual([
    1,
    undefined,
    2,
    undefined,
    3,
    3,
  ]);
  expect(versionAt(registered, '@constructor')).toBeUndefined();
  expect(() => versionAt(registered, '4')).toThrow('Model m has no version 4.');
  expect(() => versionAt(registered, 'prod')).toThrow('Model m has no stage prod.');
});

test('what a rollback brings back: whoever holds the highest stage, else the newest before', () => {
  expect(versionBefore(model({ production: 1, staging: 3 }), 3)).toBe(1);
  expect(versionBefore(model({ production: 3, staging: 2 }, { production: 1 }), 3)).toBe(1);
  expect(versionBefore(model({ dev: 3, production: 2 }), 3)).toBe(2);
  expect(versionBefore(model({ production: 3 }), 3)).toBe(2);
  expect(versionBefore(model({ production: 1 }), 1)).toBeUndefined();
});
