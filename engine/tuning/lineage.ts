import { studyId } from '../ids';
import type { LineageThing } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { Database } from '../store/database';
import type { LinkTable } from '../store/linkTable';
import { asked, askedKeys, readLinks } from '../store/linkTable';
import { integer, text } from '../store/row';

/** A study that was interrupted goes on in another run: it belongs to all whose trials it has. */
const tables: readonly LinkTable[] = [
  {
    ...{ from: 'run', to: 'study', relation: 'part' },
    down: `SELECT DISTINCT j.key AS source, CAST(i.study_id AS TEXT) AS target, i.study_id AS rank
      FROM ${asked} CROSS JOIN run r ON r.id = CAST(j.value AS INTEGER)
      JOIN tag t ON t.key = 'mlflow.parentRunId' AND t.value = r.uuid JOIN trial i ON i.run_id = t.run_id`,
    up: `SELECT DISTINCT j.key AS source, CAST(p.id AS TEXT) AS target, -p.id AS rank
      FROM ${asked} CROSS JOIN trial i ON i.study_id = CAST(j.value AS INTEGER)
      JOIN tag t ON t.run_id = i.run_id AND t.key = 'mlflow.parentRunId' JOIN run p ON p.uuid = t.value`,
  },
  {
    ...{ from: 'study', to: 'run', relation: 'part', isFolded: true },
    down: `SELECT j.key AS source, CAST(i.run_id AS TEXT) AS target, -i.number AS rank
      FROM ${asked} CROSS JOIN trial i ON i.study_id = CAST(j.value AS INTEGER) WHERE i.run_id IS NOT NULL`,
    up: `SELECT j.key AS source, CAST(i.study_id AS TEXT) AS target, 0 AS rank
      FROM ${asked} CROSS JOIN trial i ON i.run_id = CAST(j.value AS INTEGER)`,
  },
];

/** Studies, with their trials. */
export class TuningLineage implements LineageSource {
  readonly kinds = ['study'] as const;

  constructor(private readonly db: Database) {}

  links(request: LinkRequest): readonly Link[] {
    return readLinks(this.db, tables, request);
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    return this.db
      .prepare(
        `SELECT s.id, s.uuid, s.pipeline, s.step, (SELECT count(*) FROM trial i WHERE i.study_id = s.id) AS trials
         FROM ${asked} CROSS JOIN study s ON s.id = CAST(j.value AS INTEGER)`,
      )
      .all([askedKeys(refs.filter(({ kind }) => kind === 'study'))])
      .map(row => ({
        kind: 'study',
        id: `study:${integer(row, 'id')}`,
        study: studyId(text(row, 'uuid')),
        number: integer(row, 'id'),
        pipeline: text(row, 'pipeline'),
        step: text(row, 'step'),
        trials: integer(row, 'trials'),
      }));
  }

  /** `s-3` */
  find(name: string): LineageRef | undefined {
    const [, number] = /^s-(\d{1,15})$/.exec(name) ?? [];
    const found =
      number === undefined ? undefined : this.db.prepare('SELECT id FROM study WHERE id = ?').get([Number(number)]);
    return found && { kind: 'study', key: String(integer(found, 'id')) };
  }
}
