import * as v from 'valibot';
import type { PipelineRunId } from '../../protocol/ids';
import type { StepOrigin } from '../../protocol/pipelines';
import type { Database, Row } from '../../store/database';
import { optionalText, text } from '../../store/row';
import { originOf, partsSchema, selectOrigin } from '../cache/cacheStore';
import type { Parts } from '../cache/parts';
import { outputsSchema } from './storedOutputs';
import type { StoredOutput } from './outputs';

export interface StoredFlow {
  readonly name: string;
  /** Absent: it is not known (yet) what it is made of. */
  readonly parts?: Parts;
  readonly outputs: readonly StoredOutput[];
}

export interface StoredStep {
  readonly parts?: Parts;
  /** When it succeeded last, before this run. */
  readonly before?: { readonly origin: StepOrigin; readonly parts?: Parts };
}

/** The SQL of what went through runs. */
export class FlowStore {
  constructor(private readonly db: Database) {}

  /** In the order of the pipeline. */
  steps(id: PipelineRunId): readonly StoredFlow[] {
    return this.db
      .prepare(
        `SELECT s.name, s.parts, s.outputs FROM pipeline_step s JOIN pipeline_run p ON p.id = s.pipeline_run_id
         WHERE p.uuid = ? ORDER BY s.ordinal`,
      )
      .all([id])
      .map(row => ({ name: text(row, 'name'), ...partsOf(row), outputs: v.parse(outputsSchema, row['outputs']) }));
  }

  /** Undefined: the run has no such step. */
  step(id: PipelineRunId, step: string): StoredStep | undefined {
    const row = this.db
      .prepare(
        `SELECT s.parts FROM pipeline_step s JOIN pipeline_run p ON p.id = s.pipeline_run_id
         WHERE p.uuid = ? AND s.name = ?`,
      )
      .get([id, step]);
    if (row === undefined) return undefined;
    const earlier = this.db
      .prepare(
        `${selectOrigin}, s.parts FROM pipeline_run q
         JOIN pipeline_run p ON p.pipeline = q.pipeline AND p.id < q.id
         JOIN pipeline_step s ON s.pipeline_run_id = p.id AND s.name = ?2 JOIN run r ON r.id = s.run_id
         WHERE q.uuid = ?1 AND s.status = 'succeeded' AND p.debug IS NULL ORDER BY p.id DESC LIMIT 1`,
      )
      .get([id, step]);
    return { ...partsOf(row), ...(earlier && { before: { origin: originOf(earlier), ...partsOf(earlier) } }) };
  }
}

function partsOf(row: Row): { readonly parts?: Parts } {
  const parts = optionalText(row, 'parts');
  return parts === undefined ? {} : { parts: v.parse(partsSchema, parts) };
}
