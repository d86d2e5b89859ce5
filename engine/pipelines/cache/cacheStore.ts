import * as v from 'valibot';
import { digest, pipelineRunId, runId } from '../../ids';
import type { Digest, PipelineRunId } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { StepOrigin } from '../../protocol/pipelines';
import type { Database, Row } from '../../store/database';
import { integer, optionalText, text } from '../../store/row';
import type { StoredOutput } from '../outputs/outputs';
import { outputsSchema } from '../outputs/storedOutputs';
import type { Parts } from './parts';
import type { FileDigests, StampedDigest } from './workspaceFiles';

/** What a step found, apart from its outputs. */
export type StepFindings = Pick<JobResult, 'params' | 'metrics' | 'tags' | 'inputs' | 'summary'>;

/** All that is needed to give another run what a step of an earlier one has made. */
export interface CachedStep {
  readonly origin: StepOrigin;
  /** ms it took then. */
  readonly took: number;
  /** Read when they are asked for: a plan needs none. */
  readonly findings: () => StepFindings;
  readonly outputs: readonly StoredOutput[];
  /** The curves. */
  readonly points?: Digest;
  readonly log?: Digest;
}

/** What is known of a step's last success, and of how long it usually takes. */
export interface StepHistory {
  /** Absent: of a time when it was not written down. */
  readonly parts?: Parts;
  readonly fingerprint?: string;
  readonly origin: StepOrigin;
  /** ms; the median of the last that really ran. */
  readonly usually?: number;
  /** When its result can be restored: where it was made, and what it is. */
  readonly restorable?: { readonly origin: StepOrigin; readonly outputs: () => readonly StoredOutput[] };
}

export interface CacheEntry {
  readonly fingerprint: Digest;
  readonly parts: Parts;
  /** Absent: such a step is not restored, but it is known what it was made of. */
  readonly restorable?: { readonly findings: StepFindings; readonly points?: Digest };
}

const json = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema);
// JSON knows no NaN and no infinity.
const number = v.union([
  v.number(),
  v.pipe(
    v.picklist(['NaN', 'Infinity', '-Infinity']),
    v.transform(word => Number(word)),
  ),
]);
const cell = v.nullable(v.union([number, v.string(), v.boolean()]));
const findingsSchema = json(
  v.object({
    params: v.record(v.string(), cell),
    metrics: v.record(v.string(), number),
    tags: v.record(v.string(), v.string()),
    inputs: v.array(
      v.object({ dataset: v.string(), digest: v.pipe(v.string(), v.transform(digest)), context: v.string() }),
    ),
    summary: v.string(),
  }),
);
export const partsSchema = json(v.record(v.string(), v.string()));
const originSchema = json(
  v.object({
    pipelineRun: v.pipe(v.string(), v.transform(pipelineRunId)),
    runId: v.pipe(v.string(), v.transform(runId)),
    run: v.number(),
    at: v.number(),
  }),
);
export const readOrigin = (stored: string): StepOrigin => v.parse(originSchema, stored);

const findingsText = (findings: StepFindings): string =>
  JSON.stringify(findings, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );

/** Runs of one step that its usual duration is taken from. */
const durations = 5;

/** The SQL of what steps were made of. */
export class CacheStore implements FileDigests {
  constructor(private readonly db: Database) {}

  put(id: PipelineRunId, step: string, { fingerprint, parts, restorable }: CacheEntry): void {
    this.db
      .prepare(
        `UPDATE pipeline_step SET fingerprint = ?, parts = ?, result = ?, points_digest = ?
         WHERE name = ? AND pipeline_run_id = (SELECT id FROM pipeline_run WHERE uuid = ?)`,
      )
      .run([
        fingerprint,
        JSON.stringify(parts),
        restorable ? findingsText(restorable.findings) : null,
        restorable?.points ?? null,
        step,
        id,
      ]);
  }

  setOrigin(id: PipelineRunId, step: string, origin: StepOrigin): void {
    this.db
      .prepare(
        `UPDATE pipeline_step SET cached_from = ?
         WHERE name = ? AND pipeline_run_id = (SELECT id FROM pipeline_run WHERE uuid = ?)`,
      )
      .run([JSON.stringify(origin), step, id]);
  }

  /** The newest step that was made of the same, and ran itself. */
  find(fingerprint: string): CachedStep | undefined {
    const row = this.db
      .prepare(
        `${selectOrigin}, s.result, s.outputs, s.points_digest, s.log_digest, s.started_at, s.ended_at
         FROM pipeline_step s JOIN pipeline_run p ON p.id = s.pipeline_run_id JOIN run r ON r.id = s.run_id
         WHERE s.fingerprint = ? AND s.result IS NOT NULL AND s.status = 'succeeded' AND s.cached_from IS NULL
         ORDER BY p.id DESC LIMIT 1`,
      )
      .get([fingerprint]);
    return row && cachedStep(row);
  }

  /** A step of this run that was made of the same; a command has found nothing but its outputs. */
  findIn(id: PipelineRunId, step: string, fingerprint: string): CachedStep | undefined {
    const row = this.db
      .prepare(
        `${selectOrigin}, s.result, s.outputs, s.points_digest, s.log_digest, s.started_at, s.ended_at, s.message, s.uses, s.cached_from
         FROM pipeline_step s JOIN pipeline_run p ON p.id = s.pipeline_run_id JOIN run r ON r.id = s.run_id
         WHERE p.uuid = ? AND s.name = ? AND s.fingerprint = ? AND s.status = 'succeeded'`,
      )
      .get([id, step, fingerprint]);
    if (!row) return undefined;
    const nothing: StepFindings = {
      ...{ params: {}, metrics: {}, tags: {}, inputs: [] },
      summary: optionalText(row, 'message') ?? '',
    };
    const from = optionalText(row, 'cached_from');
    const found = from === undefined && row['result'] !== null ? cachedStep(row) : this.find(fingerprint);
    if (found !== undefined || row['uses'] !== 'run') return found;
    return { ...cachedStep(row), findings: () => nothing, ...(from !== undefined && { origin: readOrigin(from) }) };
  }

  /** Of each step of a pipeline that has ever succeeded (for this partition), by name. */
  history(pipeline: string, partition?: string): ReadonlyMap<string, StepHistory> {
    const found = new Map<string, StepHistory>();
    const took = this.took(pipeline);
    const rows = this.db
      .prepare(
        `${selectOrigin}, s.name, s.parts, s.fingerprint, s.outputs, s.cached_from, s.result IS NOT NULL AS kept
         FROM pipeline_step s JOIN pipeline_run p ON p.id = s.pipeline_run_id JOIN run r ON r.id = s.run_id
         WHERE (s.name, p.id) IN (
           SELECT t.name, max(q.id) FROM pipeline_step t JOIN pipeline_run q ON q.id = t.pipeline_run_id
           WHERE q.pipeline = ?1 AND q.partition IS ?2 AND t.status = 'succeeded' AND q.debug IS NULL GROUP BY t.name)`,
      )
      .iterate([pipeline, partition ?? null]);
    for (const row of rows) {
      const [name, parts, fingerprint] = [
        text(row, 'name'),
        optionalText(row, 'parts'),
        optionalText(row, 'fingerprint'),
      ];
      const usually = took.get(name);
      const from = optionalText(row, 'cached_from');
      const origin = originOf(row);
      const made = from === undefined ? (row['kept'] === 1 ? origin : undefined) : readOrigin(from);
      found.set(name, {
        origin,
        ...(made && { restorable: { origin: made, outputs: () => v.parse(outputsSchema, row['outputs']) } }),
        ...(parts !== undefined && { parts: v.parse(partsSchema, parts) }),
        ...(fingerprint !== undefined && { fingerprint }),
        ...(usually !== undefined && { usually }),
      });
    }
    return found;
  }

  /** ms by step: the median of the last that ran themselves. */
  private took(pipeline: string): ReadonlyMap<string, number> {
    const all = new Map<string, number[]>();
    const rows = this.db
      .prepare(
        `SELECT name, took FROM (
           SELECT s.name, s.ended_at - s.started_at AS took,
                  row_number() OVER (PARTITION BY s.name ORDER BY p.id DESC) AS age
           FROM pipeline_step s JOIN pipeline_run p ON p.id = s.pipeline_run_id
           WHERE p.pipeline = ?1 AND s.status = 'succeeded' AND s.cached_from IS NULL AND p.debug IS NULL)
         WHERE age <= ${durations} AND took IS NOT NULL ORDER BY name, took`,
      )
      .iterate([pipeline]);
    for (const row of rows) {
      const name = text(row, 'name');
      all.set(name, [...(all.get(name) ?? []), integer(row, 'took')]);
    }
    return new Map([...all].map(([name, times]) => [name, times[Math.floor(times.length / 2)] ?? 0]));
  }

  get(file: string): { readonly stamp: string; readonly digest: Digest } | undefined {
    const row = this.db.prepare('SELECT stamp, digest FROM file_digest WHERE path = ?').get([file]);
    return row && { stamp: text(row, 'stamp'), digest: digest(text(row, 'digest')) };
  }

  keep(found: ReadonlyMap<string, StampedDigest>): void {
    this.db.transaction(() => {
      const put = this.db.prepare(
        'INSERT INTO file_digest (path, stamp, digest) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET stamp = excluded.stamp, digest = excluded.digest',
      );
      for (const [file, { stamp, digest: of }] of found) put.run([file, stamp, of]);
    });
  }
}

export const selectOrigin = 'SELECT p.uuid AS pipeline_run, r.uuid AS run_uuid, r.id AS run_number, s.ended_at AS at';

export const originOf = (row: Row): StepOrigin => ({
  pipelineRun: pipelineRunId(text(row, 'pipeline_run')),
  runId: runId(text(row, 'run_uuid')),
  run: integer(row, 'run_number'),
  at: integer(row, 'at'),
});

function cachedStep(row: Row): CachedStep {
  const [points, log] = [optionalText(row, 'points_digest'), optionalText(row, 'log_digest')];
  return {
    origin: originOf(row),
    took: integer(row, 'ended_at') - integer(row, 'started_at'),
    findings: () => v.parse(findingsSchema, text(row, 'result')),
    outputs: v.parse(outputsSchema, row['outputs']),
    ...(points !== undefined && { points: digest(points) }),
    ...(log !== undefined && { log: digest(log) }),
  };
}
