import { loggedModelId, pipelineRunId, runId } from '../ids';
import type { LineageThing, RunNode } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { Database, Row } from '../store/database';
import type { LinkTable } from '../store/linkTable';
import { asked, askedKeys, readLinks } from '../store/linkTable';
import { integer, optionalText, text } from '../store/row';
import { isRunStatus } from './runStore';

/** The run whose number is the key at hand. */
const runOfKey = `${asked} CROSS JOIN run r ON r.id = CAST(j.value AS INTEGER)`;
const dataKey = `i.dataset || '@' || i.digest`;
const ofData = `${asked} CROSS JOIN run_input i ON i.dataset = j.name AND i.digest = j.tail`;
const tagOf = (key: string): string => `${runOfKey} JOIN tag t ON t.run_id = r.id AND t.key = '${key}'`;
const taggedWith = (key: string): string => `${asked} CROSS JOIN tag t ON t.key = '${key}' AND t.value = j.value`;

/** Of runs, most recent first; those that were deleted come last. */
const newest = (run: string): string => `iif(${run}.lifecycle = 'active', ${run}.id, ${run}.id - 1000000000)`;

const tables: readonly LinkTable[] = [
  {
    ...{ from: 'dataset', to: 'data', relation: 'part' },
    down: `SELECT j.key AS source, ${dataKey} AS target, max(i.run_id) AS rank
      FROM ${asked} CROSS JOIN run_input i ON i.dataset = j.value GROUP BY j.key, i.dataset, i.digest`,
  },
  {
    ...{ from: 'data', to: 'run', relation: 'read' },
    down: `SELECT DISTINCT j.key AS source, CAST(r.id AS TEXT) AS target, ${newest('r')} AS rank
      FROM ${ofData} JOIN run r ON r.id = i.run_id`,
    // a dataset is read for training and for evaluation, and stands here once
    up: `SELECT j.key AS source, ${dataKey} AS target, -min(i.position) AS rank
      FROM ${asked} CROSS JOIN run_input i ON i.run_id = CAST(j.value AS INTEGER) GROUP BY j.key, i.dataset, i.digest`,
  },
  {
    // a dataset that is what an earlier run made, unless that run has only kept what it read
    ...{ from: 'run', to: 'data', relation: 'made' },
    down: `SELECT DISTINCT j.key AS source, ${dataKey} AS target, i.run_id AS rank
      FROM ${asked} CROSS JOIN artifact a ON a.run_id = CAST(j.value AS INTEGER)
      JOIN run_input i ON i.digest = a.digest
      WHERE NOT EXISTS (SELECT 1 FROM run_input own WHERE own.run_id = a.run_id AND own.digest = a.digest)`,
    up: `SELECT DISTINCT j.key AS source, CAST(a.run_id AS TEXT) AS target, -a.run_id AS rank
      FROM ${asked} CROSS JOIN artifact a ON a.digest = j.tail
      WHERE NOT EXISTS (SELECT 1 FROM run_input own WHERE own.run_id = a.run_id AND own.digest = a.digest)`,
  },
  {
    // trials are those of their study
    ...{ from: 'run', to: 'run', relation: 'part' },
    down: `SELECT j.key AS source, CAST(c.id AS TEXT) AS target, ${newest('c')} AS rank
      FROM ${runOfKey} JOIN tag t ON t.key = 'mlflow.parentRunId' AND t.value = r.uuid JOIN run c ON c.id = t.run_id
      WHERE NOT EXISTS (SELECT 1 FROM tag s WHERE s.run_id = c.id AND s.key = 'modelyard.study')`,
    up: `SELECT j.key AS source, CAST(p.id AS TEXT) AS target, 0 AS rank
      FROM ${tagOf('mlflow.parentRunId')} JOIN run p ON p.uuid = t.value
      WHERE NOT EXISTS (SELECT 1 FROM tag s WHERE s.run_id = r.id AND s.key = 'modelyard.study')`,
  },
  {
    ...{ from: 'run', to: 'logged-model', relation: 'made' },
    down: `SELECT j.key AS source, m.uuid AS target, m.id AS rank
      FROM ${runOfKey} JOIN logged_model m ON m.source_run = r.uuid
      UNION SELECT j.key, o.model, 0 FROM ${asked} CROSS JOIN run_model_output o ON o.run_id = CAST(j.value AS INTEGER)
      WHERE NOT EXISTS (SELECT 1 FROM logged_model m JOIN run r ON r.uuid = m.source_run WHERE m.uuid = o.model AND r.id = o.run_id)`,
    up: `SELECT j.key AS source, CAST(r.id AS TEXT) AS target, 0 AS rank
      FROM ${asked} CROSS JOIN logged_model m ON m.uuid = j.value JOIN run r ON r.uuid = m.source_run`,
  },
  {
    ...{ from: 'logged-model', to: 'run', relation: 'used' },
    down: `SELECT j.key AS source, CAST(u.run_id AS TEXT) AS target, u.run_id AS rank
      FROM ${asked} CROSS JOIN run_model_input u ON u.model = j.value`,
    up: `SELECT j.key AS source, u.model AS target, 0 AS rank
      FROM ${asked} CROSS JOIN run_model_input u ON u.run_id = CAST(j.value AS INTEGER)`,
  },
  {
    ...{ from: 'version', to: 'run', relation: 'compared' },
    down: `SELECT j.key AS source, CAST(t.run_id AS TEXT) AS target, t.run_id AS rank FROM ${taggedWith('modelyard.champion')}`,
    up: `SELECT j.key AS source, t.value AS target, 0 AS rank FROM ${tagOf('modelyard.champion')}`,
  },
  {
    // what a model of another library was read from
    ...{ from: 'file', to: 'run', relation: 'read' },
    down: `SELECT j.key AS source, CAST(t.run_id AS TEXT) AS target, t.run_id AS rank FROM ${taggedWith('modelyard.sourceFile')}`,
    up: `SELECT j.key AS source, t.value AS target, 0 AS rank FROM ${tagOf('modelyard.sourceFile')}`,
  },
  {
    ...{ from: 'file', to: 'run', relation: 'code' },
    down: `SELECT j.key AS source, CAST(t.run_id AS TEXT) AS target, t.run_id AS rank FROM ${taggedWith('mlflow.source.name')}`,
    up: `SELECT j.key AS source, t.value AS target, 0 AS rank FROM ${tagOf('mlflow.source.name')}
      WHERE t.value LIKE '%.py' OR t.value LIKE '%.ipynb' OR t.value LIKE '%.R'`,
  },
];

const keysOf = (refs: readonly LineageRef[], kind: LineageRef['kind']): string =>
  askedKeys(refs.filter(ref => ref.kind === kind));

/** Runs, what they read, the models that clients logged. */
export class TrackingLineage implements LineageSource {
  readonly kinds = ['run', 'logged-model', 'data'] as const;

  /** `number`: of the run that people call so. @throws nothing: an unknown name is none of its */
  constructor(
    private readonly db: Database,
    private readonly number: (name: string) => number | undefined,
  ) {}

  links(request: LinkRequest): readonly Link[] {
    return readLinks(this.db, tables, request);
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    return [
      ...this.db
        .prepare(selectRuns)
        .all([keysOf(refs, 'run')])
        .map(runNode),
      ...this.db
        .prepare(`SELECT m.uuid, m.name FROM ${asked} CROSS JOIN logged_model m ON m.uuid = j.value`)
        .all([keysOf(refs, 'logged-model')])
        .map(modelNode),
      ...this.db
        .prepare(`SELECT DISTINCT i.dataset, i.digest FROM ${ofData}`)
        .all([keysOf(refs, 'data')])
        .map(dataNode),
    ];
  }

  find(name: string): LineageRef | undefined {
    if (/^m-[0-9a-f]{32}$/.test(name)) {
      const found = this.db.prepare('SELECT 1 AS one FROM logged_model WHERE uuid = ?').get([name]);
      return found && { kind: 'logged-model', key: name };
    }
    const number = /^(r-)?\d{1,15}$|^[0-9a-f]{6,32}$/.test(name) ? this.number(name) : undefined;
    return number === undefined ? this.#data(name) : { kind: 'run', key: String(number) };
  }

  /** `applications`, or `applications@` and the beginning of a digest. */
  #data(name: string): LineageRef | undefined {
    const [, dataset = name, digest] = /^(.+)@([^@]+)$/.exec(name) ?? [];
    const found = this.db
      .prepare(`SELECT dataset, digest FROM run_input WHERE dataset = ? AND digest >= ? AND digest < ? LIMIT 1`)
      .get([dataset, digest ?? '', `${digest ?? ''}~`]);
    if (found === undefined) return undefined;
    return digest === undefined
      ? { kind: 'dataset', key: dataset }
      : { kind: 'data', key: `${dataset}@${text(found, 'digest')}` };
  }
}

const selectRuns = `
  SELECT r.id, r.uuid, r.name, r.status, r.started_at, r.lifecycle,
    (SELECT value FROM tag WHERE run_id = r.id AND key = 'modelyard.pipeline') AS pipeline,
    (SELECT value FROM tag WHERE run_id = r.id AND key = 'modelyard.pipelineRun') AS pipeline_run,
    (SELECT value FROM tag WHERE run_id = r.id AND key = 'mlflow.source.name') AS source
  FROM ${runOfKey}`;

function runNode(row: Row): RunNode {
  const status = text(row, 'status');
  const [pipeline, source, run] = ['pipeline', 'source', 'pipeline_run'].map(column => optionalText(row, column));
  return {
    kind: 'run',
    id: `run:${integer(row, 'id')}`,
    runId: runId(text(row, 'uuid')),
    number: integer(row, 'id'),
    name: text(row, 'name'),
    status: isRunStatus(status) ? status : 'FAILED',
    startedAt: integer(row, 'started_at'),
    isDeleted: text(row, 'lifecycle') === 'deleted',
    ...(pipeline !== undefined && { pipeline }),
    ...(run !== undefined && /^[0-9a-f]{32}$/.test(run) && { pipelineRun: pipelineRunId(run) }),
    ...(source !== undefined && source !== '' && { source }),
  };
}

const modelNode = (row: Row): LineageThing => ({
  kind: 'logged-model',
  id: `logged-model:${text(row, 'uuid')}`,
  model: loggedModelId(text(row, 'uuid')),
  name: text(row, 'name'),
});

function dataNode(row: Row): LineageThing {
  const [dataset, digest] = [text(row, 'dataset'), text(row, 'digest')];
  return { kind: 'data', id: `data:${dataset}@${digest}`, dataset, digest };
}
