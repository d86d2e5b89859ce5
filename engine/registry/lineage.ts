import { runId } from '../ids';
import type { LineageThing, VersionNode } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { Database, Row } from '../store/database';
import type { LinkTable } from '../store/linkTable';
import { asked, askedKeys, readLinks } from '../store/linkTable';
import { integer, optionalInteger, optionalText, text } from '../store/row';

const versionKey = `m.name || '@' || v.version`;
const model = 'JOIN registered_model m ON m.id = v.model_id AND m.deleted_at IS NULL';
/** The version whose name and number are the key at hand. */
const ofVersion = `${asked} CROSS JOIN registered_model m ON m.name = j.name AND m.deleted_at IS NULL
  JOIN model_version v ON v.model_id = m.id AND v.version = CAST(j.tail AS INTEGER) AND v.deleted_at IS NULL`;

const tables: readonly LinkTable[] = [
  {
    ...{ from: 'run', to: 'version', relation: 'made' },
    down: `SELECT j.key AS source, ${versionKey} AS target, v.created_at AS rank
      FROM ${asked} CROSS JOIN model_version v ON v.run_id = CAST(j.value AS INTEGER) AND v.deleted_at IS NULL ${model}`,
    up: `SELECT j.key AS source, CAST(v.run_id AS TEXT) AS target, 0 AS rank FROM ${ofVersion} WHERE v.run_id IS NOT NULL`,
  },
  {
    ...{ from: 'logged-model', to: 'version', relation: 'registered' },
    down: `SELECT j.key AS source, ${versionKey} AS target, v.created_at AS rank
      FROM ${asked} CROSS JOIN model_version v ON v.logged_model = j.value AND v.deleted_at IS NULL ${model}`,
    up: `SELECT j.key AS source, v.logged_model AS target, 0 AS rank FROM ${ofVersion} WHERE v.logged_model <> ''`,
  },
  {
    // what a version says that it was trained on, where no run of this workspace says so
    ...{ from: 'data', to: 'version', relation: 'read' },
    down: `SELECT j.key AS source, ${versionKey} AS target, v.created_at AS rank
      FROM ${asked} CROSS JOIN model_version v ON v.run_id IS NULL AND v.deleted_at IS NULL ${model}
      WHERE EXISTS (SELECT 1 FROM json_each(v.lineage, '$.datasets') d
        WHERE d.value ->> 'name' = j.name AND d.value ->> 'digest' = j.tail)`,
    up: `SELECT j.key AS source, (d.value ->> 'name') || '@' || (d.value ->> 'digest') AS target, -d.key AS rank
      FROM ${ofVersion} JOIN json_each(v.lineage, '$.datasets') d WHERE v.run_id IS NULL`,
  },
];

export interface VersionNames {
  /** Of a model, in their order. */
  readonly stages: (model: string) => readonly string[];
  readonly holder: (model: string, stage: string) => number | undefined;
  /** Keys of the versions that servers answer with. */
  readonly served: ReadonlySet<string>;
}

/** A version with what is asked of it when something that it came from is wrong. */
export type DescribedVersion = VersionNode & { readonly rank: number; readonly createdAt: number };

/** Versions of registered models. */
export class RegistryLineage implements LineageSource {
  readonly kinds = ['version'] as const;

  constructor(
    private readonly db: Database,
    private readonly names: VersionNames,
  ) {}

  links(request: LinkRequest): readonly Link[] {
    return readLinks(this.db, tables, request);
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    return this.versions(refs);
  }

  versions(refs: readonly LineageRef[]): readonly DescribedVersion[] {
    const keys = askedKeys(refs.filter(({ kind }) => kind === 'version'));
    return this.db
      .prepare(selectVersions(ofVersion))
      .all([keys])
      .map(row => this.#node(row));
  }

  /** The versions that somebody uses: in a stage after the first, with an alias, or served. */
  live(): readonly LineageRef[] {
    const rows = this.db
      .prepare(
        `SELECT DISTINCT m.name, v.version, v.stage, a.alias FROM registered_model m
         JOIN model_version v ON v.model_id = m.id AND v.deleted_at IS NULL
         LEFT JOIN registered_model_alias a ON a.model_id = m.id AND a.version = v.version
         WHERE m.deleted_at IS NULL AND (a.alias IS NOT NULL OR v.stage <> 'archived'
           OR m.name || '@' || v.version IN (SELECT value FROM json_each(?1)))`,
      )
      .all([JSON.stringify([...this.names.served])]);
    const keys = rows.flatMap(row => {
      const name = text(row, 'name');
      const key = `${name}@${integer(row, 'version')}`;
      const isMeant = optionalText(row, 'alias') !== undefined || isUsed(text(row, 'stage'), this.names.stages(name));
      return isMeant || this.names.served.has(key) ? [key] : [];
    });
    return [...new Set(keys)].map(key => ({ kind: 'version', key }));
  }

  /** The newest version before this one that is not among the affected ones; undefined: none. */
  before(name: string, version: number, isAffected: (version: number) => boolean): number | undefined {
    const rows = this.db
      .prepare(
        `SELECT v.version FROM registered_model m JOIN model_version v ON v.model_id = m.id AND v.deleted_at IS NULL
         WHERE m.name = ? AND m.deleted_at IS NULL AND v.version < ? ORDER BY v.version DESC`,
      )
      .iterate([name, version]);
    for (const row of rows) if (!isAffected(integer(row, 'version'))) return integer(row, 'version');
    return undefined;
  }

  /** Whether a version has ever been in a stage. */
  hasHeld(name: string, version: number, stage: string): boolean {
    const row = this.db
      .prepare(
        `SELECT 1 AS held FROM stage_move s JOIN registered_model m ON m.id = s.model_id
         WHERE m.name = ? AND m.deleted_at IS NULL AND s.version = ? AND s.to_stage = ? LIMIT 1`,
      )
      .get([name, version, stage]);
    return row !== undefined;
  }

  /** `credit-risk@3`, `credit-risk@champion`, `credit-risk@production`; `credit-risk`: the version that is used. */
  find(name: string): LineageRef | undefined {
    const at = name.lastIndexOf('@');
    const [modelName, said] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
    const id = this.db
      .prepare('SELECT id FROM registered_model WHERE name = ? AND deleted_at IS NULL')
      .get([modelName]);
    if (id === undefined) return undefined;
    const model = { id: integer(id, 'id'), name: modelName };
    const version = said === '' ? this.#best(model) : this.#version(model, said);
    return version === undefined ? undefined : { kind: 'version', key: `${modelName}@${version}` };
  }

  /** What the name alone means: the champion, else what is in the highest stage. */
  #best(model: { readonly id: number; readonly name: string }): number | undefined {
    for (const said of ['champion', ...this.names.stages(model.name).toReversed()]) {
      const found = this.#version(model, said);
      if (found !== undefined) return found;
    }
    const row = this.db
      .prepare('SELECT max(version) AS version FROM model_version WHERE model_id = ? AND deleted_at IS NULL')
      .get([model.id]);
    return row && optionalInteger(row, 'version');
  }

  #version({ id, name }: { readonly id: number; readonly name: string }, said: string): number | undefined {
    if (/^v?\d{1,9}$/.test(said)) {
      const row = this.db
        .prepare('SELECT version FROM model_version WHERE model_id = ? AND version = ? AND deleted_at IS NULL')
        .get([id, Number(said.replace('v', ''))]);
      return row && integer(row, 'version');
    }
    const alias = this.db
      .prepare('SELECT version FROM registered_model_alias WHERE model_id = ? AND alias = ?')
      .get([id, said]);
    return alias ? integer(alias, 'version') : this.names.holder(name, said);
  }

  #node(row: Row): DescribedVersion {
    const [name, version, stage] = [text(row, 'name'), integer(row, 'version'), text(row, 'stage')];
    const aliases = text(row, 'aliases')
      .split('\n')
      .filter(alias => alias !== '');
    const stages = this.names.stages(name);
    const run = optionalText(row, 'run_uuid');
    const isMeant = aliases.length > 0 || isUsed(stage, stages);
    const isServed = this.names.served.has(`${name}@${version}`);
    return {
      kind: 'version',
      id: `version:${name}@${version}`,
      ...{ model: name, version, stage, aliases },
      isLive: isMeant || isServed,
      ...(isServed && !isMeant && { isOnlyServed: true }),
      rank: stages.indexOf(stage),
      createdAt: integer(row, 'created_at'),
      ...(run !== undefined && { runId: runId(run) }),
    };
  }
}

/** All stages but the first are of use to somebody: what is in staging is tried there. */
const isUsed = (stage: string, stages: readonly string[]): boolean =>
  stages.indexOf(stage) > 0 || stage === stages.at(-1);

const selectVersions = (from: string): string => `
  SELECT m.name, v.version, v.stage, v.created_at, r.uuid AS run_uuid,
    coalesce((SELECT group_concat(a.alias, char(10)) FROM registered_model_alias a
      WHERE a.model_id = m.id AND a.version = v.version), '') AS aliases
  FROM ${from} LEFT JOIN run r ON r.id = v.run_id`;
