import { version as tool } from '../../../package.json';
import { ModelyardError } from '../../errors';
import type { ModelVersion } from '../../protocol/registry';
import type { RegistryService } from '../../registry/service';
import { bomOf } from '../../security/bom/bom';
import type { BomEvaluation } from '../../security/bom/evaluation';
import { readBomEvaluation } from '../../security/bom/evaluation';
import type { BomModel, BomSubject } from '../../security/bom/bom';
import type { SigningService } from '../../security/signing/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import { readMlmodel } from '../../training/mlmodel';
import path from 'node:path';
import type { OwnFile } from './filesOfVersion';
import { filesOfVersion } from './filesOfVersion';
import { registeredEvaluation } from './registeredEvaluation';

export interface BomRooms {
  readonly store: Pick<Store, 'db' | 'objects'>;
  readonly tracking: TrackingService;
  readonly registry: Pick<RegistryService, 'get' | 'versions'>;
  readonly signing: Pick<SigningService, 'verify'>;
}

/** The ML-BOM of a version, as JSON. @throws ModelyardError `not-found` */
export async function modelBom(rooms: BomRooms, name: string, number: number): Promise<string> {
  const { registry, signing, tracking } = rooms;
  const model = await registry.get(name);
  const version = model.versions.find(one => one.version === number);
  if (version === undefined) throw new ModelyardError('not-found', `${name} has no version ${number}.`);
  const found = filesOfVersion({ ...rooms, registry: () => registry }, name, number);
  const files = 'files' in found ? found.files : [];
  const folder = 'files' in found ? found.folder : '';
  const described = await modelOf(rooms, files);
  const evaluation = evaluationOf(rooms, version);
  const subject: BomSubject = {
    ...{ version, description: model.description, tool },
    files: files.map(({ path: at, digest }) => ({ path: path.posix.relative(folder, at), digest })),
    params: version.runId === undefined ? {} : tracking.getRun(version.runId).params,
    signature: (await signing.verify({ name, version: number })).state,
    ...(described && { model: described }),
    ...(evaluation && { evaluation }),
  };
  return `${JSON.stringify(bomOf(subject), undefined, 2)}\n`;
}

/** What the model's own description says; undefined: it has none, or is of another tool. */
async function modelOf({ store }: BomRooms, files: readonly OwnFile[]): Promise<BomModel | undefined> {
  const file = files.find(({ path: at }) => path.posix.basename(at) === 'MLmodel');
  if (file === undefined) return undefined;
  try {
    const { learner, task, label, signature } = await readMlmodel(store.objects.path(file.digest));
    return { learner, task, label, inputs: signature.inputs, outputs: signature.outputs };
  } catch (error) {
    if (error instanceof ModelyardError) return undefined;
    throw error;
  }
}

function evaluationOf({ store, tracking }: BomRooms, version: ModelVersion): BomEvaluation | undefined {
  try {
    return readBomEvaluation(
      Buffer.from(registeredEvaluation({ tracking, objects: store.objects }, version)).toString(),
    );
  } catch (error) {
    if (error instanceof ModelyardError) return undefined;
    throw error;
  }
}
