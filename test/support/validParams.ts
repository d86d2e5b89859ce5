import { experimentId, digest, newPipelineRunId, newRunId } from '../../engine/ids';
import type { Method, Params } from '../../engine/protocol/methods';

const id = newPipelineRunId();
const runId = newRunId();
const text = 'name: a';

/** Parameters of every method with every key present; the compiler says when one is forgotten. */
export const validParams: { readonly [M in Exclude<Method, 'engine/hello'>]: Required<Params<M>> } = {
  'engine/status': {},
  'engine/listen': { port: 0, token: 'a-token-of-some-length' },
  'engine/stop': { now: false },
  'config/outline': { text },
  'config/diagnose': { text },
  'config/complete': { text, line: 1, column: 1 },
  'config/hover': { text, line: 1, column: 1 },
  'config/definition': { text, line: 1, column: 1 },
  'config/locate': { text, keys: ['name'] },
  'datasets/list': {},
  'datasets/get': { name: 'applications', digest: digest('0'.repeat(64)) },
  'datasets/validate': { names: ['applications'] },
  'datasets/status': {},
  'datasets/versions': { name: 'applications', limit: 10, pageToken: 'next' },
  'datasets/runs': { name: 'applications', digest: digest('0'.repeat(64)), limit: 10, pageToken: 'next' },
  'datasets/compare': { name: 'applications', before: 'last', after: 'now' },
  'pipelines/list': {},
  'pipelines/run': { pipeline: 'train', only: 'split' },
  'pipelines/get': { id },
  'pipelines/runs': { pipeline: 'train', limit: 10, before: id },
  'pipelines/cancel': { id },
  'pipelines/log': { id, step: 'train', offset: 0, limit: 100 },
  'experiments/list': {},
  'runs/search': {
    experimentIds: [experimentId('0')],
    filter: 'metrics.auc > 0.7',
    orderBy: ['metrics.auc DESC'],
    lifecycle: 'all',
    limit: 10,
    pageToken: 'next',
  },
  'runs/get': { run: 'r-42' },
  'runs/series': { runId, keys: ['auc'], maxPoints: 100 },
  'runs/curves': { runIds: [runId], key: 'auc', x: 'relative', from: 0, to: 1000, buckets: 100 },
  'runs/curveKeys': { runIds: [runId] },
  'runs/artifacts': { runId, path: 'model' },
  'runs/artifact': { runId, path: 'model/MLmodel', maxBytes: 100 },
  'runs/update': { runId, name: 'better', note: 'because', tags: { team: 'risk', old: null } },
  'runs/effects': { text },
  'runs/delete': { runId },
  'runs/restore': { runId },
  'models/list': {},
  'models/get': { name: 'credit-risk' },
  'models/gates': { name: 'credit-risk', version: 1, stage: 'staging' },
  'models/promote': { name: 'credit-risk', version: 1, to: 'staging', reason: 'better' },
  'models/setAlias': { name: 'credit-risk', alias: 'champion', version: 1 },
  'models/deleteAlias': { name: 'credit-risk', alias: 'champion' },
  'transfer/find': {},
  'transfer/import': { source: 'mlruns', kind: 'mlruns', artifacts: ['mlartifacts'], experiment: 'credit' },
  'transfer/export': {
    to: { kind: 'mlflow', url: 'http://127.0.0.1:5000', token: 'secret', user: 'ada' },
    experiments: ['credit'],
    filter: 'metrics.auc > 0.7',
    deleted: false,
    overwrite: false,
  },
  'db/copy': { to: 'copy.db' },
  'db/check': {},
};
export const methodNames = Object.keys(validParams) as (keyof typeof validParams)[];
