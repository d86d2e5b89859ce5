import type { LineageThing } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { Database } from '../store/database';
import type { LinkTable } from '../store/linkTable';
import { asked, askedKeys, readLinks } from '../store/linkTable';
import { integer, text } from '../store/row';

const versionKey = `d.name || '@' || v.digest`;
const ofDataset = `dataset d ON d.name = j.name JOIN dataset_version v ON v.dataset_id = d.id`;

const tables: readonly LinkTable[] = [
  {
    ...{ from: 'dataset', to: 'data', relation: 'part' },
    down: `SELECT j.key AS source, ${versionKey} AS target, v.checked_at AS rank
      FROM ${asked} CROSS JOIN dataset d ON d.name = j.value JOIN dataset_version v ON v.dataset_id = d.id`,
  },
  {
    ...{ from: 'file', to: 'data', relation: 'read' },
    down: `SELECT j.key AS source, ${versionKey} AS target, v.checked_at AS rank
      FROM ${asked} CROSS JOIN dataset_version v ON v.path = j.value JOIN dataset d ON d.id = v.dataset_id`,
    up: `SELECT j.key AS source, v.path AS target, 0 AS rank
      FROM ${asked} CROSS JOIN ${ofDataset} AND v.digest = j.tail`,
  },
  {
    ...{ from: 'file', to: 'dataset', relation: 'read' },
    up: `SELECT DISTINCT j.key AS source, v.path AS target, 0 AS rank
      FROM ${asked} CROSS JOIN dataset d ON d.name = j.value JOIN dataset_version v ON v.dataset_id = d.id`,
  },
];

/** Versions of datasets whose profile was taken, and their files. */
export class DataLineage implements LineageSource {
  readonly kinds = ['data'] as const;

  constructor(private readonly db: Database) {}

  links(request: LinkRequest): readonly Link[] {
    return readLinks(this.db, tables, request);
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    const versions = this.db
      .prepare(`SELECT d.name, v.digest, v.row_count FROM ${asked} CROSS JOIN ${ofDataset} AND v.digest = j.tail`)
      .all([askedKeys(refs.filter(({ kind }) => kind === 'data'))]);
    return versions.map(row => {
      const [dataset, digest] = [text(row, 'name'), text(row, 'digest')];
      return { kind: 'data', id: `data:${dataset}@${digest}`, dataset, digest, rows: integer(row, 'row_count') };
    });
  }

  /** `applications`, `applications@3f2a` */
  find(name: string): LineageRef | undefined {
    const [, dataset = name, digest] = /^(.+)@([^@]+)$/.exec(name) ?? [];
    const row = this.db
      .prepare(
        `SELECT v.digest FROM dataset d JOIN dataset_version v ON v.dataset_id = d.id
         WHERE d.name = ? AND substr(v.digest, 1, length(?2)) = ?2 LIMIT 1`,
      )
      .get([dataset, digest ?? '']);
    if (row === undefined) return undefined;
    return digest === undefined
      ? { kind: 'dataset', key: dataset }
      : { kind: 'data', key: `${dataset}@${text(row, 'digest')}` };
  }
}
