import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { BatchDefinition, BatchView, JoinPart, JoinPlan } from '../../../../engine/protocol/featurePlans';
import { ModelyardError } from '../../../../engine/errors';
import type { DataFormat } from '../../../../engine/protocol/data';
import type { FeatureDefinition } from '../../../../engine/protocol/features';
import type { DatasetSource } from '../../../../engine/protocol/jobs';

/** Removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'modelyard-features-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A data file in a folder. */
export function dataset(folder: string, name: string, content: string | Uint8Array): DatasetSource {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return sourceOf(folder, name);
}

export function sourceOf(folder: string, name: string): DatasetSource {
  const format: DataFormat = name.endsWith('.csv') ? 'csv' : name.endsWith('.jsonl') ? 'jsonl' : 'parquet';
  return { name: path.parse(name).name, path: path.join(folder, name), file: name, format, missing: [], expect: [] };
}

export const column = (name: string, type: FeatureDefinition['type'] = 'number'): FeatureDefinition => ({
  ...{ name, type, from: { kind: 'column', column: name } },
});
export const computed = (
  name: string,
  expression: string,
  type: FeatureDefinition['type'] = 'number',
): FeatureDefinition => ({ name, type, from: { kind: 'expression', expression } });

export const batchView = (sources: readonly DatasetSource[], more: Partial<BatchDefinition> = {}): BatchView => ({
  ...{ view: 'loans', version: 1, sources },
  definition: {
    ...{ kind: 'batch', push: false, timezone: 'UTC', event_time: 'at' },
    entities: [{ entity: 'applicant', key: 'id', type: 'integer' }],
    features: [column('amount')],
    ...more,
  },
});

/** A join of all features of some views. */
export function planOf(entities: DatasetSource, views: readonly Omit<JoinPart, 'features'>[]): JoinPlan {
  const parts = views.map(view => ({ ...view, features: view.definition.features.map(({ name }) => name) }));
  return {
    ...{ entities, timezone: 'UTC', mode: 'known', now: Date.UTC(2025, 0, 1), eventTime: 'time', definition: 'd' },
    views: parts as readonly JoinPart[],
    columns: parts.flatMap(({ view, version, features }) =>
      features.map(name => ({ column: name, reference: `${view}@v${version}:${name}` })),
    ),
  };
}

export const never = new AbortController().signal;
export const quiet = (): void => undefined;

export async function errorOf(work: Promise<unknown>): Promise<ModelyardError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ModelyardError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
