import { setImmediate as pause } from 'node:timers/promises';
import type { RunId } from '../protocol/ids';
import { runId } from '../ids';
import type { Database } from '../store/database';
import { integer, real, text } from '../store/row';

export interface EffectQuery {
  readonly pipeline: string;
  /** Only runs of this name: the nested ones of one of several `train` steps. */
  readonly runName?: string;
  readonly params: readonly string[];
  readonly metric: string;
}

/** One finished run that has logged the param and the metric. */
export interface Measurement {
  readonly value: string;
  readonly metric: number;
  /** The number people see. */
  readonly run: number;
}

const PAGE = 1_000;
/** The newest runs tell which metrics a pipeline has. */
const LOOKED_AT = 50;

const ofPipeline = `SELECT t.run_id FROM tag t WHERE t.key = 'modelyard.pipeline' AND t.value = ?`;

/** Reads what finished runs of a pipeline have measured with which params; a page at a time, others get their turn between. */
export class EffectReader {
  constructor(private readonly db: Database) {}

  /** Metrics of the newest finished runs of a pipeline. */
  metrics(pipeline: string): readonly string[] {
    return this.db
      .prepare(
        `SELECT DISTINCT k.name FROM (
           SELECT r.id FROM run r JOIN (${ofPipeline} ORDER BY t.run_id DESC LIMIT 1000) n ON n.run_id = r.id
           WHERE r.status = 'FINISHED' AND r.lifecycle = 'active' ORDER BY r.id DESC LIMIT ${LOOKED_AT}
         ) newest JOIN latest_metric m ON m.run_id = newest.id JOIN metric_key k ON k.id = m.key_id ORDER BY k.name`,
      )
      .all([pipeline])
      .map(row => text(row, 'name'));
  }

  /** By param; those that all runs have logged alike are left out. NaN counts as not measured. */
  async measurements(query: EffectQuery): Promise<ReadonlyMap<string, readonly Measurement[]>> {
    const found = new Map<string, readonly Measurement[]>();
    const varied = query.params.filter(param => this.varies(param));
    const measured = varied.length === 0 ? new Map<number, number>() : await this.measured(query);
    for (const param of varied) {
      found.set(param, this.valuesOf(param, measured));
      await pause();
    }
    return found;
  }

  private varies(param: string): boolean {
    const other = this.db.prepare(
      'SELECT 1 FROM param WHERE key = ?1 AND value > (SELECT value FROM param WHERE key = ?1 ORDER BY value LIMIT 1) LIMIT 1',
    );
    return other.get([param]) !== undefined;
  }

  /** Run → metric. */
  private async measured({ pipeline, runName, metric }: EffectQuery): Promise<ReadonlyMap<number, number>> {
    const found = new Map<number, number>();
    const pages = this.db.prepare(
      `SELECT max(run_id) AS last, count(*) AS n, json_group_array(run_id) AS ids
       FROM (${ofPipeline} AND t.run_id > ? ORDER BY t.run_id LIMIT ${PAGE})`,
    );
    const rows = this.db.prepare(
      `SELECT r.id, m.value FROM json_each(?1) j JOIN run r ON r.id = j.value
       JOIN latest_metric m ON m.run_id = r.id AND m.key_id = (SELECT id FROM metric_key WHERE name = ?2)
       WHERE r.status = 'FINISHED' AND r.lifecycle = 'active' AND m.value IS NOT NULL AND (?3 IS NULL OR r.name = ?3)`,
    );
    for (let after = 0; ;) {
      const page = pages.get([pipeline, after]) ?? {};
      if (page['last'] === null) return found;
      for (const row of rows.iterate([text(page, 'ids'), metric, runName ?? null]))
        found.set(integer(row, 'id'), real(row, 'value'));
      if (integer(page, 'n') < PAGE) return found;
      after = integer(page, 'last');
      await pause();
    }
  }

  /** One row a value: rows cost more than the numbers in them. */
  private valuesOf(param: string, measured: ReadonlyMap<number, number>): readonly Measurement[] {
    const found: Measurement[] = [];
    const rows = this.db.prepare('SELECT value, group_concat(run_id) AS runs FROM param WHERE key = ? GROUP BY value');
    for (const row of rows.iterate([param])) {
      const value = text(row, 'value');
      for (const run of text(row, 'runs').split(',').map(Number)) {
        const metric = measured.get(run);
        if (metric !== undefined) found.push({ value, metric, run });
      }
    }
    return found;
  }

  runId(run: number): RunId {
    return runId(text(this.db.prepare('SELECT uuid FROM run WHERE id = ?').get([run]) ?? {}, 'uuid'));
  }
}
