import * as v from 'valibot';
import { pipelineRunId } from '../../ids';
import type { PipelineRunId } from '../../protocol/ids';
import type { Database } from '../../store/database';
import { optionalInteger, optionalText, text } from '../../store/row';

/** The last run of a partition that ended by itself. */
export interface LastFilled {
  readonly run: PipelineRunId;
  readonly status: 'succeeded' | 'failed';
  readonly definition?: string;
  readonly endedAt?: number;
}

const ended = v.picklist(['succeeded', 'failed']);

/** The SQL of what has been made of partitions. */
export class PartitionStore {
  constructor(private readonly db: Database) {}

  /** By partition, of runs of all steps. */
  last(pipeline: string): ReadonlyMap<string, LastFilled> {
    const found = new Map<string, LastFilled>();
    const rows = this.db
      .prepare(
        `SELECT uuid, partition, status, definition, ended_at FROM pipeline_run WHERE id IN (
           SELECT max(id) FROM pipeline_run
           WHERE pipeline = ? AND partition IS NOT NULL AND is_part = 0 AND status IN ('succeeded', 'failed')
           GROUP BY partition)`,
      )
      .iterate([pipeline]);
    for (const row of rows) {
      const [definition, endedAt] = [optionalText(row, 'definition'), optionalInteger(row, 'ended_at')];
      found.set(text(row, 'partition'), {
        run: pipelineRunId(text(row, 'uuid')),
        status: v.parse(ended, row['status']),
        ...(definition !== undefined && { definition }),
        ...(endedAt !== undefined && { endedAt }),
      });
    }
    return found;
  }

  /** What a run was for and of. */
  set(
    id: PipelineRunId,
    { partition, definition, isPart }: { partition: string; definition: string; isPart: boolean },
  ): void {
    this.db
      .prepare('UPDATE pipeline_run SET partition = ?, definition = ?, is_part = ? WHERE uuid = ?')
      .run([partition, definition, isPart ? 1 : 0, id]);
  }
}
