import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseConfig } from '../../engine/config/parse';
import { ModelyardError } from '../../engine/errors';
import type { FeatureModel } from '../../engine/features/catalogue/consumers';
import { digest } from '../../engine/ids';
import type { LineageService } from '../../engine/lineage/service';
import { openLineage } from '../../engine/process/wiring/openLineage';
import type { ExperimentId, RunId } from '../../engine/protocol/ids';
import type { LineageGraph, LineageNode } from '../../engine/protocol/lineage';
import type { Endpoint } from '../../engine/protocol/serving';
import type { TestRegistry } from './registry';
import { openTestRegistry } from './registry';

/** Digests, that `shown` and `arrows` say as `aaa` and `bbb`. */
export const [first, second] = [digest('a'.repeat(64)), digest('b'.repeat(64))];

export interface LineageWorld extends TestRegistry {
  readonly lineage: LineageService;
  readonly experiment: ExperimentId;
  /** What models say that they were trained with, and what is served; may be changed. */
  readonly featureModels: FeatureModel[];
  readonly endpoints: Endpoint[];
  /** A run that has read a version of a dataset; its number. */
  read(dataset: string, of: string, name?: string): { readonly id: RunId; readonly number: number };
}

/** The lineage over a new store with a modelyard.yaml. */
export async function openLineageWorld(text: string): Promise<LineageWorld> {
  const parts = await openTestRegistry();
  const { store, tracking, registry, models } = parts;
  models['credit-risk'] = { stages: ['dev', 'production'], gates: {} };
  const load = async () => {
    const read = parseConfig(text, 'modelyard.yaml');
    if (!read.config) throw new ModelyardError('config.invalid', 'broken');
    return {
      config: read.config,
      digest: first,
      text,
      locate: read.locate.bind(read),
      definition: () => ({ digest: first, files: [] }),
    };
  };
  const [featureModels, endpoints]: [FeatureModel[], Endpoint[]] = [[], []];
  const lineage = openLineage({
    ...{ db: store.db, workspace: store.root, configFile: 'modelyard.yaml', config: { load }, tracking, registry },
    featureModels: () => Promise.resolve(featureModels),
    endpoints: () => endpoints,
  });
  mkdirSync(path.join(store.root, 'data'));
  writeFileSync(path.join(store.root, 'data/applications.csv'), 'a\n1\n');
  const read = (dataset: string, of: string, name?: string) => {
    const id = parts.newRun(name);
    tracking.logInputs(
      id,
      ['training', 'evaluation'].map(context => ({ dataset, digest: of, context })),
    );
    return { id, number: tracking.getRun(id).number };
  };
  const experiment = tracking.experimentByName('Default').id;
  return { ...parts, lineage, read, experiment, featureModels, endpoints };
}

export const shown = ({ nodes }: LineageGraph): readonly string[] =>
  nodes.map(({ id }) => id.replace(first, 'aaa').replace(second, 'bbb'));
export const arrows = ({ edges }: LineageGraph): readonly string[] =>
  edges
    .map(({ from, to, relation }) => `${from} ${relation} ${to}`.replaceAll(first, 'aaa').replaceAll(second, 'bbb'))
    .toSorted();
export const node = ({ nodes }: LineageGraph, id: string): LineageNode | undefined => nodes.find(one => one.id === id);
