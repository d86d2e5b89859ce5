import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { parse } from 'yaml';
import type { FeatureModel } from '../../../features/catalogue/consumers';
import type { ModelVersion } from '../../../protocol/registry';
import type { Endpoint } from '../../../protocol/serving';
import type { RegistryService } from '../../../registry/service';
import type { Store } from '../../../store/store';
import type { TrackingService } from '../../../tracking/service';
import { filesOfVersion } from '../filesOfVersion';

export interface FeatureModelRooms {
  readonly store: Pick<Store, 'db' | 'objects'>;
  readonly tracking: TrackingService;
  readonly registry: Pick<RegistryService, 'list' | 'versions'>;
  readonly serving: { list(): readonly Endpoint[] };
  /** Counts changes of models. */
  readonly modelChanges: () => number;
}

type Use = Pick<FeatureModel, 'service' | 'features'>;
type UsingVersion = Omit<FeatureModel, 'endpoints'>;

/**
 * Versions of models that say in their MLmodel which features they were trained with, as the metadata `modelyard_features`:
 * also those that another library has logged. What is served now is looked up each time, the rest when a model has changed.
 */
export function featureModels(rooms: FeatureModelRooms): () => Promise<readonly FeatureModel[]> {
  const read = new Map<string, Promise<Use | undefined>>();
  let known: { readonly at: number; readonly versions: Promise<readonly UsingVersion[]> } | undefined;
  return async () => {
    const at = rooms.modelChanges();
    if (known?.at !== at) known = { at, versions: usingVersions(rooms, read) };
    const served = rooms.serving.list();
    return (await known.versions).map(version => ({
      ...version,
      endpoints: served
        .filter(({ model, version: number }) => model === version.model && number === version.version)
        .map(one => `${one.model}@${one.at}`),
    }));
  };
}

async function usingVersions(
  rooms: FeatureModelRooms,
  read: Map<string, Promise<Use | undefined>>,
): Promise<readonly UsingVersion[]> {
  const using: UsingVersion[] = [];
  for (const { versions } of await rooms.registry.list())
    for (const version of versions) {
      const use = await useOf(version, rooms, read);
      const { model, version: number, stage } = version;
      if (use) using.push({ model, version: number, ...(stage !== '' && { stage }), ...use });
    }
  return using;
}

/** Contents never change: each is read once. */
function useOf(
  { model, version }: ModelVersion,
  { store, tracking, registry }: FeatureModelRooms,
  read: Map<string, Promise<Use | undefined>>,
): Promise<Use | undefined> {
  const found = filesOfVersion({ store, tracking, registry: () => registry }, model, version);
  if ('elsewhere' in found) return Promise.resolve(undefined);
  const name = found.folder === '' ? 'MLmodel' : `${found.folder}/MLmodel`;
  const file = found.files.find(({ path }) => path === name);
  if (!file) return Promise.resolve(undefined);
  const use = read.get(file.digest) ?? readUse(store.objects.path(file.digest));
  read.set(file.digest, use);
  return use;
}

const mlmodel = v.object({
  metadata: v.object({
    modelyard_features: v.object({
      service: v.exactOptional(v.string()),
      features: v.array(v.object({ reference: v.string() })),
    }),
  }),
});

/** Undefined: it says nothing of features, or cannot be read. */
async function readUse(file: string): Promise<Use | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!text.includes('modelyard_features')) return undefined;
  const parsed = v.safeParse(mlmodel, yamlOf(text));
  if (!parsed.success) return undefined;
  const { service, features } = parsed.output.metadata.modelyard_features;
  return { ...(service !== undefined && { service }), features: features.map(({ reference }) => reference) };
}

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
