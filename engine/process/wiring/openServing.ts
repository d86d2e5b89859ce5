import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { OnlineAnswer, OnlineRequest } from '../../protocol/featureOnline';
import type { RegistryService } from '../../registry/service';
import { signatureFile } from '../../security/signing/signedFolder';
import type { SigningService } from '../../security/signing/service';
import type { FeatureLookup } from '../../serving/featureLookup';
import type { Example } from '../../serving/versionTest';
import { ServingService } from '../../serving/service';
import type { Store } from '../../store/store';
import { servingExampleFile } from '../../training/mlmodel';
import { describeModel } from '../../training/modelFiles';
import type { TrackingService } from '../../tracking/service';
import type { Hold } from '../lifetime';
import { newSecret } from '../secrets';
import { putVersionFiles } from './versionFiles';

export interface ServingRooms {
  readonly store: Store;
  readonly tracking: TrackingService;
  readonly registry: RegistryService;
  readonly signing: Pick<SigningService, 'require' | 'bestBundle'>;
  readonly workspace: string;
  readonly assetsDir: string;
  readonly busy: () => Hold;
  /** The newest values of features. */
  readonly online: (request: OnlineRequest) => Promise<OnlineAnswer>;
  readonly changed: () => void;
}

/** Models over HTTP. What a test finds is judged at once by the gates that ask for it. */
export function openServing(rooms: ServingRooms): ServingService {
  const { store, registry, workspace, assetsDir, busy, changed, signing } = rooms;
  return new ServingService({
    db: store.db,
    ...{ workspace, busy, changed, newToken: newSecret, example: exampleOf },
    lookup: featureLookup(rooms.online),
    serverFile: path.join(assetsDir, 'model.js'),
    folder: path.join(workspace, '.modelyard', 'served'),
    model: name => registry.get(name),
    files: async (model, number, folder) => {
      await signing.require({ name: model, version: number });
      await putFiles(rooms, { model, number }, folder);
    },
    exported: async (model, number, folder) => {
      const subject = { name: model, version: number };
      await signing.require(subject, 'exported');
      await putFiles(rooms, { model, number }, folder);
      const bundle = await signing.bestBundle(subject);
      if (bundle !== undefined) await writeFile(path.join(folder, signatureFile), bundle);
    },
    tested: async ({ model, version: number }) => {
      const version = (await registry.get(model)).versions.find(one => one.version === number);
      if (version) await registry.judgeAll(version);
    },
  });
}

const featureLookup =
  (online: ServingRooms['online']): FeatureLookup =>
  async request => {
    const { features } = await online(request);
    const found = new Map(features.map(feature => [feature.reference, feature]));
    const values = (request.features ?? []).map(reference => {
      const feature = found.get(reference);
      if (feature) return feature.values;
      throw new ModelyardError('internal', `${reference} was asked for and not answered.`);
    });
    return { values };
  };

async function putFiles(
  { registry, tracking, store }: ServingRooms,
  { model, number }: { readonly model: string; readonly number: number },
  folder: string,
): Promise<void> {
  const version = (await registry.get(model)).versions.find(one => one.version === number);
  if (version && (await putVersionFiles({ tracking, objects: store.objects }, version, folder))) return;
  throw new ModelyardError('not-found', `The files of version ${number} of ${model} are not in this workspace.`, {
    fix: 'Only models that a run of this workspace has made or imported can be served.',
  });
}

const example = v.object({ dataframe_split: v.object({ data: v.array(v.unknown()) }) });

async function exampleOf(folder: string): Promise<Example> {
  const { signature } = await describeModel(folder);
  const body = await readFile(path.join(folder, servingExampleFile), 'utf8').catch((cause: unknown) => {
    throw new ModelyardError('not-found', 'The model has no input example to be asked with.', { cause });
  });
  const { dataframe_split: rows } = v.parse(v.pipe(v.string(), v.parseJson(), example), body);
  return { body, rows: rows.data.length, outputs: signature.outputs.map(({ name }) => name) };
}
