import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digest } from '../../ids';
import { plural } from '../../plural';
import type { FeatureUse } from '../../protocol/featureUse';
import type { JoinPlan } from '../../protocol/featurePlans';
import type { JoinReport, JoinRequest } from '../../protocol/featureJoins';
import type { FeaturesContext, JobResult } from '../../protocol/jobs';
import type { FeaturesOptions } from '../../protocol/steps';
import { neededRequest } from '../definition/neededRequest';
import type { FeatureJoins, PlannedJoin } from '../offline/featureJoins';

/** The file that later steps take what the columns come from. */
const featureSetFile = 'feature_set.json';

/** The step `uses: features`: joins the features of a service to the rows of a dataset and makes another dataset of it. */
export class FeaturesStep {
  constructor(private readonly joins: FeatureJoins) {}

  /**
   * What decides which values come out, by names that people know: the version of each view, and what is in its files.
   * @throws ModelyardError `not-found`, `config.invalid`, `data.*`
   */
  async parts(options: FeaturesOptions, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { plan } = await this.joins.plan(requestOf(options));
    const parts: Record<string, string> = { features: plan.columns.map(unversioned).join(', ') };
    for (const [view, versions] of versionsOf(plan)) parts[`view ${view}`] = versions.map(one => `v${one}`).join(', ');
    for (const { name, digest: found } of await this.joins.digests(plan, signal)) parts[`data ${name}`] = found;
    return parts;
  }

  /** @throws ModelyardError `not-found`, `config.invalid`, `conflict`, `data.*`, `cancelled` */
  async run(options: FeaturesOptions, context: FeaturesContext): Promise<JobResult> {
    const { workDir, signal } = context;
    const planned = await this.joins.plan(requestOf(options));
    const read = await this.joins.digests(planned.plan, signal);
    const progress = (fraction: number): void => context.progress(`Joining features to ${options.entities}`, fraction);
    const target = { dataset: options.as, folder: workDir, progress };
    const set = await this.joins.writeApart(planned, target, signal);
    const { file, entitiesDigest } = set;
    await writeFile(path.join(workDir, featureSetFile), `${JSON.stringify(useOf(options.service, planned))}\n`);
    for (const line of reportLines(set)) context.log(line);
    const input = (dataset: string, found: string, part: string) => ({
      ...{ dataset, digest: digest(found) },
      context: part,
    });
    return {
      outputs: [
        { kind: 'training-set', path: file, artifactPath: `training_sets/${file}` },
        { kind: 'feature-set', path: featureSetFile, artifactPath: featureSetFile },
      ],
      params: {
        feature_service: options.service,
        feature_views: planned.plan.views.map(({ view, version }) => `${view}@v${version}`).join(', '),
      },
      metrics: { joined_rows: set.rows, missed_features: missed(set) },
      tags: { 'modelyard.features': set.definition },
      inputs: [
        input(options.entities, entitiesDigest, 'entities'),
        ...read.filter(({ isDataset }) => isDataset).map(one => input(one.name, one.digest, 'features')),
      ],
      summary: summaryOf(set),
    };
  }
}

const requestOf = ({ service, entities, event_time, created, full_names }: FeaturesOptions): JoinRequest => ({
  ...{ service, entities, mode: created, fullNames: full_names },
  ...(event_time !== undefined && { eventTime: event_time }),
});

/** What a model that is trained on the set takes its columns from. */
function useOf(service: string, { plan }: PlannedJoin): FeatureUse {
  const keys = plan.views.flatMap(({ definition }) =>
    definition.kind === 'batch' ? definition.entities.map(({ key }) => key) : [],
  );
  const request = plan.views.flatMap(({ definition, features: wanted }) =>
    definition.kind === 'on-demand' ? [...neededRequest(definition, wanted).keys()] : [],
  );
  const { definition, columns: features } = plan;
  return { service, definition, features, keys: [...new Set(keys)], request: [...new Set(request)] };
}

const missed = ({ columns, rows }: Pick<JoinReport, 'columns' | 'rows'>): number =>
  columns.reduce((sum, { statuses }) => sum + rows - statuses.present, 0);

const words = {
  'null-value': 'null',
  'no-row': 'no row',
  'not-yet-known': 'not yet known',
  expired: 'expired',
  'no-key': 'no key',
  'no-time': 'no time',
} as const;

function reportLines({ columns }: Pick<JoinReport, 'columns'>): readonly string[] {
  return columns.map(({ column, reference, statuses, changedByLater }) => {
    const reasons = Object.entries(words).flatMap(([status, word]) => {
      const count = Object.entries(statuses).find(([name]) => name === status)?.[1] ?? 0;
      return count === 0 ? [] : [`${number(count)} ${word}`];
    });
    const later = changedByLater === 0 ? [] : [`${number(changedByLater)} would differ by what became known later`];
    return `${column} (${reference}): ${[`${number(statuses.present)} present`, ...reasons, ...later].join(', ')}`;
  });
}

function summaryOf(set: Pick<JoinReport, 'rows' | 'columns'>): string {
  const values = set.rows * set.columns.length;
  const share = values === 0 ? 0 : missed(set) / values;
  const gone = share === 0 ? 'none missing' : `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} % missing`;
  return `${plural(set.rows, 'row')} × ${plural(set.columns.length, 'feature')}, ${gone}`;
}

const number = (value: number): string => value.toLocaleString('en-US');

/** Of each view that takes part, also where several of its versions do. */
function versionsOf({ views }: Pick<JoinPlan, 'views'>): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { view, version } of views) found.set(view, [...(found.get(view) ?? []), version]);
  return found;
}

/** The version of its view is said beside it. */
const unversioned = ({ column, reference }: JoinPlan['columns'][number]): string =>
  `${column} = ${reference.replace(/@v\d+:/, ':')}`;
