import * as v from 'valibot';
import { triggerKinds } from '../protocol/triggers';
import type { LineageKind, LineageThing } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { Database } from '../store/database';
import type { LinkTable } from '../store/linkTable';
import { asked, askedKeys, readLinks } from '../store/linkTable';
import { integer, text } from '../store/row';

const kindSchema = v.picklist([...triggerKinds, 'manual']);

/** What a trigger may have watched; `thing` is a kind and a key. */
const watched = (kind: LineageKind): LinkTable => ({
  ...{ from: kind, to: 'trigger', relation: 'watched' },
  down: `SELECT j.key AS source, CAST(w.firing_id AS TEXT) AS target, w.firing_id AS rank
    FROM ${asked} CROSS JOIN trigger_watched w ON w.thing = '${kind}:' || j.value
    JOIN trigger_firing f ON f.id = w.firing_id AND f.pipeline_run_id IS NOT NULL`,
  up: `SELECT j.key AS source, substr(w.thing, ${kind.length + 2}) AS target, 0 AS rank
    FROM ${asked} CROSS JOIN trigger_watched w ON w.firing_id = CAST(j.value AS INTEGER) AND w.thing GLOB '${kind}:*'`,
});

const tables: readonly LinkTable[] = [
  ...(['data', 'file', 'run', 'version'] as const).map(watched),
  {
    ...{ from: 'trigger', to: 'run', relation: 'started' },
    down: `SELECT j.key AS source, CAST(p.run_id AS TEXT) AS target, 0 AS rank
      FROM ${asked} CROSS JOIN trigger_firing f ON f.id = CAST(j.value AS INTEGER)
      JOIN pipeline_run p ON p.id = f.pipeline_run_id`,
    up: `SELECT j.key AS source, CAST(f.id AS TEXT) AS target, f.id AS rank
      FROM ${asked} CROSS JOIN pipeline_run p ON p.run_id = CAST(j.value AS INTEGER)
      JOIN trigger_firing f ON f.pipeline_run_id = p.id`,
  },
];

/** What has started runs by itself, and what it saw. */
export class TriggerLineage implements LineageSource {
  readonly kinds = ['trigger'] as const;

  constructor(private readonly db: Database) {}

  links(request: LinkRequest): readonly Link[] {
    return readLinks(this.db, tables, request);
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    return this.db
      .prepare(
        `SELECT f.id, f.pipeline, f.kind, f.says, f.at FROM ${asked}
         CROSS JOIN trigger_firing f ON f.id = CAST(j.value AS INTEGER)`,
      )
      .all([askedKeys(refs.filter(({ kind }) => kind === 'trigger'))])
      .map(row => ({
        kind: 'trigger',
        id: `trigger:${integer(row, 'id')}`,
        pipeline: text(row, 'pipeline'),
        trigger: v.parse(kindSchema, row['kind']),
        says: text(row, 'says'),
        at: integer(row, 'at'),
      }));
  }

  /** People have no names for them. */
  find(): undefined {
    return undefined;
  }
}
