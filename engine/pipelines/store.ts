import * as v from 'valibot';
import { digest, pipelineRunId, runId } from '../ids';
import type { Digest, PipelineRunId, RunId } from '../protocol/ids';
import type { PipelineRun, StepRun } from '../protocol/pipelines';
import type { Database, Row } from '../store/database';
import { integer, optionalInteger, optionalText, text } from '../store/row';
import { wireErrorSchema } from '../schemas/wireError';
import { CacheStore, readOrigin } from './cache/cacheStore';
import { FlowStore } from './outputs/flowStore';
import { PartitionStore } from './partitions/partitionStore';
import { stepResourcesSchema } from './resources/stepResources';
import { outputsSchema } from './outputs/storedOutputs';
import type { StoredOutput } from './outputs/outputs';
import type { PipelineQuery } from './ports';

const json = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema);
const needsSchema = json(v.array(v.string()));
const errorSchema = json(wireErrorSchema);
const resourcesSchema = json(stepResourcesSchema);
const runStatus = v.picklist(['running', 'succeeded', 'failed', 'cancelled']);
const debugRuntime = v.picklist(['node', 'python']);
export const stepStatus = v.picklist(['waiting', 'running', 'succeeded', 'failed', 'skipped', 'cancelled']);

export interface LastMade {
  readonly outputs: readonly StoredOutput[];
  readonly runId: RunId;
  /** Over all that it was made of; absent when that is not known. */
  readonly fingerprint?: string;
}

/** The SQL of pipeline runs and their steps. */
export class PipelineStore {
  /** What steps were made of. */
  readonly cache: CacheStore;
  /** What went through runs. */
  readonly flow: FlowStore;
  readonly partitions: PartitionStore;

  constructor(private readonly db: Database) {
    this.cache = new CacheStore(db);
    this.flow = new FlowStore(db);
    this.partitions = new PartitionStore(db);
  }

  /** Several changes in one commit. */
  together(work: () => void): void {
    this.db.transaction(work);
  }

  insert(run: PipelineRun): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO pipeline_run (uuid, pipeline, run_id, status, config_digest, started_at, debug)
           SELECT ?, ?, id, ?, ?, ?, ? FROM run WHERE uuid = ?`,
        )
        .run([run.id, run.pipeline, run.status, run.configDigest, run.startedAt, run.debug ?? null, run.runId]);
      for (const [ordinal, step] of run.steps.entries()) this.insertStep(run.id, ordinal, step);
    });
  }

  private insertStep(id: PipelineRunId, ordinal: number, step: StepRun): void {
    this.db
      .prepare(
        `INSERT INTO pipeline_step (pipeline_run_id, ordinal, name, uses, needs, status)
         SELECT id, ?, ?, ?, ?, ? FROM pipeline_run WHERE uuid = ?`,
      )
      .run([ordinal, step.name, step.uses, JSON.stringify(step.needs), step.status, id]);
  }

  updateStep(id: PipelineRunId, step: StepRun): void {
    this.db
      .prepare(
        `UPDATE pipeline_step
         SET status = ?, started_at = ?, ended_at = ?, message = ?, error = ?, log_size = ?, attempt = ?, resources = ?,
             run_id = (SELECT id FROM run WHERE uuid = ?)
         WHERE name = ? AND pipeline_run_id = (SELECT id FROM pipeline_run WHERE uuid = ?)`,
      )
      .run([
        // One that was restored has succeeded, and says besides where from.
        step.status === 'cached' ? 'succeeded' : step.status,
        step.startedAt ?? null,
        step.endedAt ?? null,
        step.message ?? null,
        step.error ? JSON.stringify(step.error) : null,
        step.logSize,
        step.attempt ?? null,
        step.resources ? JSON.stringify(step.resources) : null,
        step.runId ?? null,
        step.name,
        id,
      ]);
  }

  setOutputs(id: PipelineRunId, step: string, outputs: readonly StoredOutput[]): void {
    this.setStepColumn(id, step, { column: 'outputs', value: JSON.stringify(outputs) });
  }

  setLog(id: PipelineRunId, step: string, log: Digest): void {
    this.setStepColumn(id, step, { column: 'log_digest', value: log });
  }

  private setStepColumn(
    id: PipelineRunId,
    step: string,
    { column, value }: { column: 'outputs' | 'log_digest'; value: string },
  ): void {
    this.db
      .prepare(
        `UPDATE pipeline_step SET ${column} = ? WHERE name = ? AND pipeline_run_id = (SELECT id FROM pipeline_run WHERE uuid = ?)`,
      )
      .run([value, step, id]);
  }

  finish(run: PipelineRun): void {
    this.db
      .prepare('UPDATE pipeline_run SET status = ?, ended_at = ?, error = ? WHERE uuid = ?')
      .run([run.status, run.endedAt ?? null, run.error ? JSON.stringify(run.error) : null, run.id]);
  }

  get(id: PipelineRunId): PipelineRun | undefined {
    const row = this.db.prepare(`${selectRun} WHERE p.uuid = ?`).get([id]);
    return row && this.run(row);
  }

  /** Newest first. */
  search(query: PipelineQuery): readonly PipelineRun[] {
    const { pipeline = null, partition = null, before = null, limit = 50 } = query;
    return this.db
      .prepare(
        `${selectRun}
         WHERE (?1 IS NULL OR p.pipeline = ?1) AND (?4 IS NULL OR p.partition = ?4) AND (?2 IS NULL OR p.id < (SELECT id FROM pipeline_run WHERE uuid = ?2))
         ORDER BY p.id DESC LIMIT ?3`,
      )
      .all([pipeline, before, limit, partition])
      .map(row => this.run(row));
  }

  logDigest(id: PipelineRunId, step: string): Digest | undefined {
    const row = this.db
      .prepare(
        'SELECT s.log_digest FROM pipeline_step s JOIN pipeline_run p ON p.id = s.pipeline_run_id WHERE p.uuid = ? AND s.name = ?',
      )
      .get([id, step]);
    const found = row && optionalText(row, 'log_digest');
    return found === undefined ? undefined : digest(found);
  }

  /** What a step of this pipeline made when it last succeeded (for this partition), and the tracked run that it logged to. */
  lastMade(
    { pipeline, partition = null }: { pipeline: string; partition?: string | null },
    step: string,
  ): LastMade | undefined {
    const row = this.db
      .prepare(
        `SELECT s.outputs, s.fingerprint, run.uuid AS run_uuid FROM pipeline_step s
         JOIN pipeline_run p ON p.id = s.pipeline_run_id JOIN run ON run.id = s.run_id
         WHERE p.pipeline = ? AND p.partition IS ? AND s.name = ? AND s.status = 'succeeded' AND p.debug IS NULL ORDER BY p.id DESC LIMIT 1`,
      )
      .get([pipeline, partition, step]);
    if (!row) return undefined;
    const fingerprint = optionalText(row, 'fingerprint');
    return {
      outputs: v.parse(outputsSchema, row['outputs']),
      runId: runId(text(row, 'run_uuid')),
      ...(fingerprint !== undefined && { fingerprint }),
    };
  }

  private run(row: Row): PipelineRun {
    const ended = optionalInteger(row, 'ended_at');
    const error = optionalText(row, 'error');
    const debug = optionalText(row, 'debug');
    const partition = optionalText(row, 'partition');
    return {
      id: pipelineRunId(text(row, 'uuid')),
      pipeline: text(row, 'pipeline'),
      status: v.parse(runStatus, row['status']),
      startedAt: integer(row, 'started_at'),
      ...(ended !== undefined && { endedAt: ended }),
      runId: runId(text(row, 'run_uuid')),
      steps: this.steps(integer(row, 'id')),
      ...(error !== undefined && { error: v.parse(errorSchema, error) }),
      configDigest: digest(text(row, 'config_digest')),
      ...(partition !== undefined && { partition }),
      ...(debug !== undefined && { debug: v.parse(debugRuntime, debug) }),
    };
  }

  private steps(id: number): readonly StepRun[] {
    return this.db
      .prepare(
        `SELECT s.name, s.uses, s.needs, s.status, s.started_at, s.ended_at, s.message, s.error, s.log_size, s.cached_from, s.attempt, s.resources,
                run.uuid AS run_uuid
         FROM pipeline_step s LEFT JOIN run ON run.id = s.run_id WHERE s.pipeline_run_id = ? ORDER BY s.ordinal`,
      )
      .all([id])
      .map(stepRun);
  }
}

const selectRun = `
  SELECT p.id, p.uuid, p.pipeline, p.status, p.started_at, p.ended_at, p.error, p.config_digest, p.partition, p.debug, run.uuid AS run_uuid
  FROM pipeline_run p JOIN run ON run.id = p.run_id`;

function stepRun(row: Row): StepRun {
  const startedAt = optionalInteger(row, 'started_at');
  const endedAt = optionalInteger(row, 'ended_at');
  const message = optionalText(row, 'message');
  const error = optionalText(row, 'error');
  const origin = optionalText(row, 'cached_from');
  const attempt = optionalInteger(row, 'attempt');
  const resources = optionalText(row, 'resources');
  const isCached = origin !== undefined && row['status'] === 'succeeded';
  const run: RunId | undefined = row['run_uuid'] == null ? undefined : runId(text(row, 'run_uuid'));
  return {
    name: text(row, 'name'),
    uses: text(row, 'uses'),
    needs: v.parse(needsSchema, row['needs']),
    status: isCached ? 'cached' : v.parse(stepStatus, row['status']),
    ...(isCached && { cachedFrom: readOrigin(origin) }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(message !== undefined && { message }),
    ...(error !== undefined && { error: v.parse(errorSchema, error) }),
    ...(attempt !== undefined && { attempt }),
    ...(run !== undefined && { runId: run }),
    logSize: integer(row, 'log_size'),
    ...(resources !== undefined && { resources: v.parse(resourcesSchema, resources) }),
  };
}
