import type { Method } from '../protocol/methods';

/**
 * `read`: changes nothing and runs nothing; allowed in a restricted window, asked again when the engine died meanwhile.
 * `write`: runs, moves, writes or opens something; needs a trusted workspace and is never repeated by itself.
 */
export type MethodKind = 'read' | 'write';

/** Every method, once: a new one does not compile before somebody has decided. */
export const methodKinds: Readonly<Record<Method, MethodKind>> = {
  'engine/hello': 'read',
  'engine/status': 'read',
  'engine/listen': 'write',
  'engine/stop': 'write',
  'config/outline': 'read',
  'config/diagnose': 'read',
  'config/complete': 'read',
  'config/hover': 'read',
  'config/definition': 'read',
  'config/locate': 'read',
  'config/editRule': 'read',
  'config/editKeys': 'read',
  'ci/status': 'read',
  'ci/write': 'write',
  'infra/status': 'read',
  'infra/write': 'write',
  'infra/check': 'write', // it may start tools of this machine
  'datasets/list': 'read',
  'datasets/get': 'read',
  'datasets/validate': 'write',
  'datasets/status': 'read',
  'datasets/versions': 'read',
  'datasets/runs': 'read',
  'datasets/failing': 'write', // a process reads the data
  'datasets/propose': 'write', // likewise
  'datasets/compare': 'write', // it may record the version that the file is
  'pipelines/list': 'read',
  'pipelines/plan': 'read',
  'pipelines/run': 'write',
  'pipelines/partitions': 'read',
  'pipelines/backfill': 'write',
  'pipelines/compile': 'read',
  'pipelines/submit': 'write',
  'pipelines/get': 'read',
  'pipelines/runs': 'read',
  'pipelines/flow': 'read',
  'pipelines/step': 'read',
  'pipelines/cancel': 'write',
  'pipelines/debugOutput': 'write',
  'pipelines/debugEnded': 'write',
  'pipelines/log': 'read',
  'studies/list': 'read',
  'studies/get': 'read',
  'studies/enqueue': 'write',
  'studies/stop': 'write',
  'studies/extend': 'write',
  'experiments/list': 'read',
  'runs/search': 'read',
  'runs/get': 'read',
  'runs/series': 'read',
  'runs/curves': 'read',
  'runs/curveKeys': 'read',
  'runs/codeDiff': 'write', // git runs
  'runs/diff': 'write', // likewise
  'runs/card': 'read',
  'runs/artifacts': 'read',
  'runs/artifact': 'read',
  'runs/effects': 'read',
  'runs/ids': 'read',
  'runs/list': 'read',
  'runs/keys': 'read',
  'runs/groups': 'read',
  'runs/values': 'read',
  'runs/conditions': 'read',
  'runs/complete': 'read',
  'runs/change': 'write',
  'runs/replay': 'write',
  'runs/update': 'write',
  'runs/delete': 'write',
  'runs/restore': 'write',
  'registry/diff': 'write', // judging keeps a report, and the version that a data file is may be recorded
  'registry/compare': 'read',
  'registry/search': 'read',
  'registry/describe': 'write',
  'registry/tag': 'write',
  'registry/demote': 'write',
  'registry/rollback': 'write',
  'registry/archive': 'write',
  'registry/restore': 'write',
  'registry/delete': 'write',
  'registry/cleanUp': 'write',
  'registry/approvals': 'read',
  'registry/approve': 'write',
  'registry/withdraw': 'write',
  'models/list': 'read',
  'models/get': 'read',
  'models/gates': 'write', // the report is kept
  'models/promote': 'write',
  'models/setAlias': 'write',
  'models/deleteAlias': 'write',
  'models/import': 'write',
  'serving/start': 'write',
  'serving/list': 'read',
  'serving/export': 'write',
  'serving/stop': 'write',
  'serving/test': 'write',
  'serving/tests': 'read',
  'features/list': 'read',
  'features/get': 'read',
  'features/apply': 'write',
  'features/diff': 'write', // a process may read the data
  'features/compute': 'write', // likewise
  'features/trainingSet': 'write',
  'features/preview': 'write', // likewise
  'features/materialise': 'write',
  'features/online': 'read',
  'features/push': 'write',
  'features/statistics': 'read',
  'features/check': 'write',
  'lineage/graph': 'read',
  'lineage/affected': 'read',
  'signatures/toSign': 'read',
  'signatures/add': 'write',
  'signatures/verify': 'write', // what it finds is kept
  'signatures/bundle': 'read',
  'signatures/bom': 'read',
  'security/audit': 'write', // a process runs
  'security/scan': 'write', // a process is started
  'security/scanVersion': 'write',
  'triggers/list': 'read',
  'triggers/next': 'read',
  'triggers/watch': 'write',
  'triggers/fire': 'write',
  'triggers/pause': 'write',
  'triggers/resume': 'write',
  'checks/run': 'write', // reports are kept
  'checks/last': 'read',
  'transfer/find': 'read',
  'transfer/import': 'write',
  'transfer/export': 'write', // of files, and of rows elsewhere
  'db/copy': 'write',
  'db/check': 'read',
  'db/collect': 'write',
};

/** Takes as long as it takes: an engine that says nothing is waited for, until the caller cancels. */
export const long: ReadonlySet<Method> = new Set<Method>([
  'pipelines/run',
  'pipelines/backfill',
  'pipelines/submit',
  'pipelines/plan', // a large file that is new to the engine is read
  'runs/replay',
  'runs/diff',
  'datasets/validate',
  'datasets/status',
  'datasets/versions',
  'datasets/failing',
  'datasets/propose',
  'datasets/compare',
  'models/import',
  'serving/start',
  'serving/test',
  'features/list', // reads the first rows of files
  'features/get', // likewise
  'features/apply',
  'features/diff',
  'features/compute',
  'features/trainingSet',
  'features/preview',
  'features/materialise',
  'checks/run',
  'security/scan',
  'security/scanVersion',
  'models/gates', // may scan the files of a version
  'models/promote',
  'triggers/watch', // waits for a look at files
  'triggers/pause',
  'triggers/resume',
  'db/check',
  'db/copy',
  'db/collect',
]);

/** Reads or copies the whole database in the engine's own thread, which says nothing meanwhile. */
export const silencing: ReadonlySet<Method> = new Set<Method>(['db/check', 'db/copy', 'db/collect']);
