import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TrainingSetPlan } from '../../engine/protocol/featurePlans';
import { runFeatures } from '../../engine/process/runFeatures';
import type { FeatureDefinition } from '../../engine/protocol/features';
import type { DatasetSource } from '../../engine/protocol/jobs';

const [folder = '', what] = process.argv.slice(2);
const month = 30 * 86_400_000;

const source = (name: string): DatasetSource => ({
  ...{ name, path: path.join(folder, `${name}.parquet`), format: 'parquet', missing: [], expect: [] },
});
const column = (name: string, type: FeatureDefinition['type']): FeatureDefinition => ({
  ...{ name, type, from: { kind: 'column', column: name } },
});
const window = (name: string, aggregate: 'count' | 'sum' | 'mean'): FeatureDefinition => ({
  ...{ name, type: 'number' },
  from: { kind: 'window', aggregate, over: month, ...(aggregate !== 'count' && { of: 'a' }) },
});
const features =
  what === 'windows'
    ? [window('n', 'count'), window('s', 'sum'), window('m', 'mean')]
    : [column('a', 'number'), column('b', 'number'), column('c', 'integer')];
const names = features.map(({ name }) => name);

const plan: TrainingSetPlan = {
  ...{ entities: source('asked'), eventTime: 'event_timestamp', timezone: 'UTC', mode: 'known', now: Date.now() },
  views: [
    {
      ...{ view: 'v', version: 1, features: names, sources: [source('source')] },
      definition: {
        ...{ kind: 'batch', push: false, timezone: 'UTC', event_time: 'event', created_time: 'created', features },
        entities: [{ entity: 'id', key: 'id', type: 'integer' }],
      },
    },
  ],
  columns: names.map(name => ({ column: name, reference: `v@v1:${name}` })),
  definition: '',
  path: path.join(folder, 'ours.parquet'),
  format: 'parquet',
};

const before = process.cpuUsage();
void runFeatures(
  { kind: 'join', plan },
  { send: () => Promise.resolve(), progress: () => undefined },
  new AbortController().signal,
).then(() => {
  const [all, work] = [process.cpuUsage(), process.cpuUsage(before)].map(({ user, system }) => (user + system) / 1e6);
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1000;
  process.stdout.write(JSON.stringify({ cpu: all, work, memory: peak }));
});
