import * as v from 'valibot';
import type { FeatureServiceConfig } from '../protocol/featureConfig';
import type { LineageKind, LineageThing, ViewNode } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { Database, Row } from '../store/database';
import type { KnownLink } from '../store/knownLinks';
import { KnownLinks } from '../store/knownLinks';
import type { LinkTable } from '../store/linkTable';
import { asked, askedKeys, readLinks } from '../store/linkTable';
import { integer, optionalText, text } from '../store/row';
import type { FeatureModel } from './catalogue/consumers';

/** Sentences of alerts that a view says, the newest. */
const mostAlerts = 3;

const viewKey = `v.view || '@v' || v.version`;
const ofView = `${asked} CROSS JOIN feature_view_version v ON v.view = j.name AND v.version = CAST(substr(j.tail, 2) AS INTEGER)`;
const sourceOf = `v.definition ->> '$.source.dataset'`;
/** Each content that was joined once, however often it was. */
const sets = `(SELECT dataset, digest, path, service, entities, entities_digest, views, max(id) AS id FROM feature_training_set
  GROUP BY dataset, digest, path, service, entities, entities_digest, views)`;
const setKey = `s.dataset || '@' || s.digest`;
/** The files of training sets among the artifacts of runs. */
const isSet = `a.path >= 'training_sets/' AND a.path < 'training_sets0'`;
const dataKey = `i.dataset || '@' || i.digest`;
/** The versions of views that runs joined to rows, from the data at hand. */
const joinedFrom = `${asked} CROSS JOIN run_input i ON i.dataset = j.name AND i.digest = j.tail AND i.context = 'features'
  JOIN artifact a ON a.run_id = i.run_id AND ${isSet} JOIN ${sets} s ON s.digest = a.digest JOIN json_each(s.views) e
  JOIN feature_view_version v ON ${viewKey} = e.value AND ${sourceOf} = j.name`;
/** A run that has made what it reads further on stands behind that. */
const onlyMade = `NOT EXISTS (SELECT 1 FROM run_input own WHERE own.run_id = a.run_id AND own.digest = a.digest)`;

const tables: readonly LinkTable[] = [
  {
    ...{ from: 'dataset', to: 'view', relation: 'read' },
    down: `SELECT j.key AS source, ${viewKey} AS target, v.id AS rank
      FROM ${asked} CROSS JOIN feature_view_version v ON ${sourceOf} = j.value`,
    up: `SELECT j.key AS source, ${sourceOf} AS target, 0 AS rank FROM ${ofView} WHERE ${sourceOf} IS NOT NULL`,
  },
  {
    // a run that joined has read it; which other joins have, nobody knows, so a fault goes by way of the runs
    ...{ from: 'data', to: 'view', relation: 'read', isFaultless: true },
    down: `SELECT j.key AS source, ${viewKey} AS target, v.id AS rank
      FROM ${joinedFrom} GROUP BY j.key, v.id`,
    up: `SELECT j.key AS source, ${dataKey} AS target, max(i.run_id) AS rank
      FROM ${ofView} CROSS JOIN ${sets} s JOIN json_each(s.views) e ON e.value = j.value
      JOIN artifact a ON a.digest = s.digest AND ${isSet}
      JOIN run_input i ON i.run_id = a.run_id AND i.dataset = ${sourceOf} AND i.context = 'features'
      GROUP BY j.key, i.dataset, i.digest`,
  },
  {
    ...{ from: 'view', to: 'view', relation: 'used' },
    down: `SELECT DISTINCT j.key AS source, ${viewKey} AS target, v.id AS rank
      FROM feature_view_version v CROSS JOIN json_each(v.definition, '$.uses') u
      CROSS JOIN ${asked} ON j.value = substr(u.value, 1, instr(u.value || ':', ':') - 1)`,
    up: `SELECT DISTINCT j.key AS source, substr(u.value, 1, instr(u.value || ':', ':') - 1) AS target, 0 AS rank
      FROM ${ofView} JOIN json_each(v.definition, '$.uses') u`,
  },
  {
    ...{ from: 'view', to: 'run', relation: 'read' },
    down: `SELECT j.key AS source, CAST(a.run_id AS TEXT) AS target, a.run_id AS rank
      FROM ${sets} s CROSS JOIN json_each(s.views) e CROSS JOIN ${asked} ON j.value = e.value
      JOIN artifact a ON a.digest = s.digest AND ${isSet} GROUP BY j.key, a.run_id`,
    up: `SELECT DISTINCT j.key AS source, e.value AS target, 0 AS rank
      FROM ${asked} CROSS JOIN artifact a ON a.run_id = CAST(j.value AS INTEGER) AND ${isSet}
      JOIN ${sets} s ON s.digest = a.digest JOIN json_each(s.views) e`,
  },
  ...madeOf('view', {
    down: `CROSS JOIN json_each(s.views) e CROSS JOIN ${asked} ON j.value = e.value`,
    up: 'e.value',
    more: 'JOIN json_each(s.views) e',
  }),
  ...madeOf('service', { down: `CROSS JOIN ${asked} ON j.value = s.service`, up: 's.service' }),
  ...madeOf('data', {
    down: `CROSS JOIN ${asked} ON j.name = s.entities AND j.tail = s.entities_digest`,
    up: `s.entities || '@' || s.entities_digest`,
  }),
  {
    // the run that joined them knows of which content
    ...{ from: 'data', to: 'data', relation: 'joined' },
    down: `SELECT j.key AS source, ${setKey} AS target, max(s.id) AS rank
      FROM ${joinedFrom} WHERE s.dataset IS NOT NULL GROUP BY j.key, target`,
    up: `SELECT j.key AS source, ${dataKey} AS target, -min(i.position) AS rank
      FROM ${asked} CROSS JOIN artifact a ON a.digest = j.tail AND ${isSet}
      JOIN ${sets} s ON s.digest = a.digest AND s.dataset = j.name JOIN json_each(s.views) e
      JOIN feature_view_version v ON ${viewKey} = e.value
      JOIN run_input i ON i.run_id = a.run_id AND i.dataset = ${sourceOf} AND i.context = 'features'
      GROUP BY j.key, target`,
  },
  {
    ...{ from: 'run', to: 'data', relation: 'made' },
    down: `SELECT DISTINCT j.key AS source, ${setKey} AS target, s.id AS rank
      FROM ${asked} CROSS JOIN artifact a ON a.run_id = CAST(j.value AS INTEGER) AND ${isSet}
      JOIN ${sets} s ON s.digest = a.digest AND s.dataset IS NOT NULL WHERE ${onlyMade}`,
    up: `SELECT DISTINCT j.key AS source, CAST(a.run_id AS TEXT) AS target, -a.run_id AS rank
      FROM ${asked} CROSS JOIN feature_training_set s ON s.digest = j.tail AND s.dataset = j.name
      JOIN artifact a ON a.digest = s.digest AND ${isSet} WHERE ${onlyMade}`,
  },
];

interface SetPart {
  /** Which training sets something went into. */
  readonly down: string;
  /** What went into one. */
  readonly up: string;
  readonly more?: string;
}

/** What a training set was joined from; a file that is no dataset stands for itself. */
function madeOf(from: LineageKind, { down, up, more = '' }: SetPart): readonly LinkTable[] {
  const link = (to: 'data' | 'file', isOne: string): LinkTable => ({
    ...{ from, to, relation: 'joined' },
    down: `SELECT j.key AS source, ${to === 'data' ? setKey : 's.path'} AS target, max(s.id) AS rank
      FROM ${sets} s ${down} WHERE s.dataset IS ${to === 'data' ? 'NOT ' : ''}NULL GROUP BY j.key, target`,
    up: `SELECT DISTINCT j.key AS source, ${up} AS target, 0 AS rank
      FROM ${asked} CROSS JOIN feature_training_set s ON ${isOne} ${more} WHERE ${up} IS NOT NULL`,
  });
  return [
    link('data', 's.digest = j.tail AND s.dataset = j.name'),
    link('file', 's.path = j.value AND s.dataset IS NULL'),
  ];
}

/** Without any it is not worth the while to look what models were trained with. */
export const hasViews = (db: Database): boolean =>
  db.prepare('SELECT 1 AS one FROM feature_view_version LIMIT 1').get([]) !== undefined;

export interface FeatureUsers {
  /** Versions of models that were trained with features. */
  readonly models: readonly FeatureModel[];
  /** Of modelyard.yaml as it is now. */
  readonly services: Readonly<Record<string, FeatureServiceConfig>>;
}

/** Versions of feature views, services, and the training sets and model versions that were made with them. */
export class FeatureLineage implements LineageSource {
  readonly kinds = ['view', 'service', 'data'] as const;
  readonly #known: KnownLinks;
  readonly #services: ReadonlySet<string>;

  constructor(
    private readonly db: Database,
    users: FeatureUsers,
  ) {
    this.#known = new KnownLinks(this.#linksOf(users));
    this.#services = new Set([...Object.keys(users.services), ...users.models.flatMap(({ service }) => service ?? [])]);
  }

  links(request: LinkRequest): readonly Link[] {
    return [...readLinks(this.db, tables, request), ...this.#known.links(request)];
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    const of = (kind: LineageKind): readonly LineageRef[] => refs.filter(ref => ref.kind === kind);
    const [views, data] = [of('view'), of('data')];
    return [
      ...(views.length === 0
        ? []
        : this.db
            .prepare(selectViews)
            .all([askedKeys(views)])
            .map(viewNode)),
      ...of('service').flatMap(({ key }): readonly LineageThing[] =>
        this.#isService(key) ? [{ kind: 'service', id: `service:${key}`, service: key }] : [],
      ),
      ...(data.length === 0
        ? []
        : this.db
            .prepare(selectSets)
            .all([askedKeys(data)])
            .map(setNode)),
    ];
  }

  /** `loans@v2`; `loans` or `view:loans`: its newest version; a service. */
  find(name: string): LineageRef | undefined {
    const [, view = '', version] = /^(?:view:)?([^@:]+)(?:@v(\d{1,9}))?$/.exec(name) ?? [];
    const row = this.db
      .prepare(
        'SELECT max(version) AS version FROM feature_view_version WHERE view = ?1 AND version = coalesce(?2, version)',
      )
      .get([view, version === undefined ? null : Number(version)]);
    if (row && row['version'] !== null) return { kind: 'view', key: `${view}@v${integer(row, 'version')}` };
    return this.#isService(name) ? { kind: 'service', key: name } : undefined;
  }

  #isService(name: string): boolean {
    if (this.#services.has(name)) return true;
    return (
      this.db.prepare('SELECT 1 AS one FROM feature_training_set WHERE service = ? LIMIT 1').get([name]) !== undefined
    );
  }

  /** What stands in files: which features a service has, and which of them a model was trained with. */
  *#linksOf({ models, services }: FeatureUsers): Iterable<KnownLink> {
    const newest = new Map(
      this.db
        .prepare('SELECT view, max(version) AS version FROM feature_view_version GROUP BY view')
        .all()
        .map(row => [text(row, 'view'), integer(row, 'version')]),
    );
    const views = (references: readonly string[]): readonly LineageRef[] =>
      [...new Set(references.flatMap(one => versionIn(one, newest) ?? []))].map(key => ({ kind: 'view', key }));
    for (const [key, { features }] of Object.entries(services))
      for (const from of views(features)) yield { from, to: { kind: 'service', key }, relation: 'listed' };
    // where the run has read a training set of this workspace, the lineage goes by way of that
    const known = new Set(
      this.db
        .prepare(selectTrained)
        .all()
        .map(row => text(row, 'version')),
    );
    for (const { model, version, service, features } of models.toSorted((a, b) => b.version - a.version)) {
      const to: LineageRef = { kind: 'version', key: `${model}@${version}` };
      if (known.has(to.key)) continue;
      for (const from of views(features)) yield { from, to, relation: 'used' };
      if (service !== undefined) yield { from: { kind: 'service', key: service }, to, relation: 'used' };
    }
  }
}

/** `loans@v2:income` → `loans@v2`; without a version the newest is meant. Undefined: it names no view. */
function versionIn(reference: string, newest: ReadonlyMap<string, number>): string | undefined {
  const [, view, said] = /^([^@:]+)(?:@v(\d+))?(?::|$)/.exec(reference) ?? [];
  const version = said ?? (view === undefined ? undefined : newest.get(view));
  return view === undefined || version === undefined ? undefined : `${view}@v${version}`;
}

const selectTrained = `
  SELECT m.name || '@' || v.version AS version FROM model_version v JOIN registered_model m ON m.id = v.model_id
  WHERE v.deleted_at IS NULL AND m.deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM run_input i CROSS JOIN feature_training_set s ON s.digest = i.digest AND s.dataset = i.dataset
    WHERE i.run_id = v.run_id)`;

const selectViews = `
  SELECT v.view, v.version, ${sourceOf} AS dataset, v.definition ->> '$.kind' AS computed,
    json_array_length(v.definition, '$.features') AS features,
    (SELECT count(*) FROM feature_alert a WHERE a.view_version_id = v.id AND a.ended_at IS NULL) AS alert_count,
    (SELECT json_group_array(message) FROM (SELECT a.message FROM feature_alert a
      WHERE a.view_version_id = v.id AND a.ended_at IS NULL ORDER BY a.since DESC, a.id DESC LIMIT ${mostAlerts})) AS alerts
  FROM ${ofView}`;

const sentences = v.pipe(v.string(), v.parseJson(), v.array(v.string()));

function viewNode(row: Row): ViewNode {
  const [view, version, source] = [text(row, 'view'), integer(row, 'version'), optionalText(row, 'dataset')];
  return {
    ...{ kind: 'view', id: `view:${view}@v${version}`, view, version, features: integer(row, 'features') },
    computed: text(row, 'computed') === 'on-demand' ? 'on-demand' : 'batch',
    ...(source !== undefined && { source }),
    alertCount: integer(row, 'alert_count'),
    alerts: v.parse(sentences, row['alerts']),
  };
}

const selectSets = `
  SELECT s.dataset, s.digest, max(s.row_count) AS row_count FROM ${asked}
  CROSS JOIN feature_training_set s ON s.digest = j.tail AND s.dataset = j.name GROUP BY s.dataset, s.digest`;

function setNode(row: Row): LineageThing {
  const [dataset, digest] = [text(row, 'dataset'), text(row, 'digest')];
  return { kind: 'data', id: `data:${dataset}@${digest}`, dataset, digest, rows: integer(row, 'row_count') };
}
