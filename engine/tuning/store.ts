import * as v from 'valibot';
import { runId, studyId } from '../ids';
import type { StudyId } from '../protocol/ids';
import type { StudyStatus, Trial } from '../protocol/tuning';
import type { Database, Row } from '../store/database';
import { integer, optionalInteger, optionalText, text } from '../store/row';
import { detailSchema, paramsSchema, type StudyDetail } from './stored';

/** A row of a study. */
export interface StudyRow {
  readonly id: StudyId;
  readonly number: number;
  readonly pipeline: string;
  readonly step: string;
  readonly status: StudyStatus;
  readonly fingerprint: string;
  readonly detail: StudyDetail;
  readonly trialsWanted: number;
  readonly msWanted: number | undefined;
  readonly msUsed: number;
  readonly isNext: boolean;
  readonly startedAt: number;
  readonly message: string | undefined;
}

export type NewStudy = Omit<StudyRow, 'number' | 'msUsed' | 'isNext' | 'message'>;
export type StudyChange = Partial<
  Pick<StudyRow, 'status' | 'detail' | 'trialsWanted' | 'msWanted' | 'msUsed' | 'isNext' | 'message'>
>;

const json = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema);
// JSON has no NaN: it is written as null
const numbers = json(
  v.array(
    v.pipe(
      v.nullable(v.number()),
      v.transform(value => value ?? Number.NaN),
    ),
  ),
);
const reports = json(v.array(v.tuple([v.number(), v.nullable(v.number())])));
const status = v.picklist(['running', 'interrupted', 'stopped', 'finished', 'failed']);
const state = v.picklist(['waiting', 'running', 'complete', 'pruned', 'failed', 'cancelled']);
const source = v.picklist(['sampled', 'enqueued', 'earlier']);
const params = json(paramsSchema);
const detail = json(detailSchema);

/** The SQL of studies and their trials. */
export class TuningStore {
  constructor(private readonly db: Database) {}

  /** Several changes in one commit. */
  together<T>(work: () => T): T {
    return this.db.transaction(work);
  }

  insert(study: NewStudy): void {
    this.db
      .prepare(
        `INSERT INTO study (uuid, pipeline, step, status, fingerprint, detail, trials_wanted, ms_wanted, started_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run([
        study.id,
        study.pipeline,
        study.step,
        study.status,
        study.fingerprint,
        JSON.stringify(study.detail),
        study.trialsWanted,
        study.msWanted ?? null,
        study.startedAt,
      ]);
  }

  update(id: StudyId, change: StudyChange): void {
    const columns: [string, string | number | null][] = [];
    if (change.status !== undefined) columns.push(['status', change.status]);
    if (change.detail !== undefined) columns.push(['detail', JSON.stringify(change.detail)]);
    if (change.trialsWanted !== undefined) columns.push(['trials_wanted', change.trialsWanted]);
    if ('msWanted' in change) columns.push(['ms_wanted', change.msWanted ?? null]);
    if (change.msUsed !== undefined) columns.push(['ms_used', Math.round(change.msUsed)]);
    if (change.isNext !== undefined) columns.push(['is_next', change.isNext ? 1 : 0]);
    if ('message' in change) columns.push(['message', change.message ?? null]);
    const assignments = columns.map(([name]) => `${name} = ?`).join(', ');
    this.db.prepare(`UPDATE study SET ${assignments} WHERE uuid = ?`).run([...columns.map(([, value]) => value), id]);
  }

  get(id: StudyId): StudyRow | undefined {
    const row = this.db.prepare('SELECT * FROM study WHERE uuid = ?').get([id]);
    return row && studyRow(row);
  }

  /** By `s-3`, `3`, or the beginning of an id (4 characters and more); all that fit, at most two. */
  find(name: string): readonly StudyRow[] {
    const number = /^(?:s-)?(\d{1,9})$/.exec(name)?.[1];
    const prefix = /^[0-9a-f]{4,32}$/.test(name) ? `${name}*` : '';
    return this.db
      .prepare('SELECT * FROM study WHERE id = ?1 OR uuid GLOB ?2 ORDER BY id = ?1 DESC LIMIT 2')
      .all([number === undefined ? -1 : Number(number), prefix])
      .map(studyRow);
  }

  /** Newest first. */
  list(pipeline: string | undefined, limit: number): readonly StudyRow[] {
    return this.db
      .prepare('SELECT * FROM study WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY id DESC LIMIT ?2')
      .all([pipeline ?? null, limit])
      .map(studyRow);
  }

  /** Of one step, newest first. */
  ofStep(pipeline: string, step: string): readonly StudyRow[] {
    return this.db
      .prepare('SELECT * FROM study WHERE pipeline = ? AND step = ? ORDER BY id DESC')
      .all([pipeline, step])
      .map(studyRow);
  }

  running(): readonly StudyRow[] {
    return this.db.prepare("SELECT * FROM study WHERE status = 'running'").all().map(studyRow);
  }

  /** By number. */
  trials(id: StudyId): readonly Trial[] {
    return this.db
      .prepare(
        `SELECT t.*, run.uuid AS run_uuid FROM trial t JOIN study s ON s.id = t.study_id
         LEFT JOIN run ON run.id = t.run_id WHERE s.uuid = ? ORDER BY t.number`,
      )
      .all([id])
      .map(trialRow);
  }

  /** Makes the trial, or writes what has become of it. */
  put(id: StudyId, trial: Trial): void {
    this.db
      .prepare(
        `INSERT INTO trial (study_id, number, state, source, params, trial_values, reports, violations, generation,
                            run_id, message, started_at, ended_at)
         SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, (SELECT id FROM run WHERE uuid = ?10), ?11, ?12, ?13
         FROM study WHERE uuid = ?1
         ON CONFLICT (study_id, number) DO UPDATE SET
           state = excluded.state, params = excluded.params, trial_values = excluded.trial_values,
           reports = excluded.reports, violations = excluded.violations, generation = excluded.generation,
           run_id = excluded.run_id, message = excluded.message, started_at = excluded.started_at,
           ended_at = excluded.ended_at`,
      )
      .run([
        id,
        trial.number,
        trial.state,
        trial.source,
        JSON.stringify(trial.params),
        JSON.stringify(trial.values),
        JSON.stringify(trial.reports.map(({ step, value }) => [step, value])),
        JSON.stringify(trial.violations),
        trial.generation ?? null,
        trial.runId ?? null,
        trial.message ?? null,
        trial.startedAt ?? null,
        trial.endedAt ?? null,
      ]);
  }
}

function studyRow(row: Row): StudyRow {
  return {
    id: studyId(text(row, 'uuid')),
    number: integer(row, 'id'),
    pipeline: text(row, 'pipeline'),
    step: text(row, 'step'),
    status: v.parse(status, row['status']),
    fingerprint: text(row, 'fingerprint'),
    detail: v.parse(detail, row['detail']),
    trialsWanted: integer(row, 'trials_wanted'),
    msWanted: optionalInteger(row, 'ms_wanted'),
    msUsed: integer(row, 'ms_used'),
    isNext: integer(row, 'is_next') === 1,
    startedAt: integer(row, 'started_at'),
    message: optionalText(row, 'message'),
  };
}

function trialRow(row: Row): Trial {
  const generation = optionalInteger(row, 'generation');
  const run = optionalText(row, 'run_uuid');
  const message = optionalText(row, 'message');
  const startedAt = optionalInteger(row, 'started_at');
  const endedAt = optionalInteger(row, 'ended_at');
  return {
    number: integer(row, 'number'),
    state: v.parse(state, row['state']),
    source: v.parse(source, row['source']),
    params: v.parse(params, row['params']),
    values: v.parse(numbers, row['trial_values']),
    reports: v.parse(reports, row['reports']).map(([step, value]) => ({ step, value: value ?? Number.NaN })),
    violations: v.parse(numbers, row['violations']),
    ...(generation !== undefined && { generation }),
    ...(run !== undefined && { runId: runId(run) }),
    ...(message !== undefined && { message }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}
