import { ModelyardError } from '../../errors';
import { GateService } from '../../gates/service';
import type { ModelVersion } from '../../protocol/registry';
import type { ScanReport } from '../../protocol/security';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { RegistryEvent } from '../../registry/events';
import { RegistryService } from '../../registry/service';
import type { SigningService } from '../../security/signing/service';
import type { SignatureReport } from '../../protocol/signatures';
import type { SecurityService } from '../../security/service';
import type { ServingTest } from '../../protocol/serving';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import { registeredEvaluation, registeredTests } from './registeredEvaluation';
import { personHere } from './user';

export interface RegistryRooms {
  readonly store: Pick<Store, 'db' | 'objects'>;
  readonly tracking: TrackingService;
  readonly config: () => Promise<WorkspaceConfig>;
  readonly workspace: string;
  readonly user: string;
  /** Asked when a version is judged, or shown. */
  readonly security: () => Pick<SecurityService, 'scanVersion' | 'summaries'>;
  /** Asked when a gate wants a version signed, or a model is shown. */
  readonly signing: () => Pick<SigningService, 'check' | 'summaries'>;
  /** The newest test of a version that was served. */
  readonly served: (model: string, version: number) => ServingTest | undefined;
  /** What runs on a version. */
  readonly inUse: (model: string, version: number) => string | undefined;
  /** After the commit. */
  readonly changed: (model: string) => void;
  readonly happened: (event: RegistryEvent) => void;
}

/** The registry and the gates before its stages: each asks the other. */
export function openRegistry(rooms: RegistryRooms): {
  readonly registry: RegistryService;
  readonly gates: GateService;
} {
  const { store, tracking, config, workspace, user, changed, happened } = rooms;
  const gates = new GateService({
    db: store.db,
    config,
    registered: async model => (registry.models.find(model) ? registry.get(model) : undefined),
    evaluation: version => registeredEvaluation({ tracking, objects: store.objects }, version),
    tests: version => registeredTests({ tracking, objects: store.objects }, version),
    scan: version => scanOf(rooms, version),
    signature: version => signatureOf(rooms, version),
    served: ({ model, version }) => rooms.served(model, version),
    approvals: (subject, results) => registry.approvals.standing(subject, results),
  });
  const registry: RegistryService = new RegistryService({
    db: store.db,
    ...{ config, changed, happened, inUse: rooms.inUse },
    judge: subject => gates.judgeVersion(subject),
    reports: models => gates.latest(models),
    scans: models => rooms.security().summaries(models),
    signatures: models => rooms.signing().summaries(models),
    user: () => user,
    person: () => personHere(workspace, user),
  });
  return { registry, gates };
}

/** Of a version's files as they are; undefined when they cannot be scanned, which its gates then say. */
async function scanOf({ security }: RegistryRooms, { model, version }: ModelVersion): Promise<ScanReport | undefined> {
  try {
    return (await security().scanVersion({ name: model, version })).report;
  } catch (error) {
    if (error instanceof ModelyardError) return undefined;
    throw error;
  }
}

/** Undefined when it cannot be told: a key is not there, or the version is not. */
async function signatureOf(
  { signing }: RegistryRooms,
  { model, version }: ModelVersion,
): Promise<SignatureReport | undefined> {
  try {
    return await signing().check({ name: model, version });
  } catch (error) {
    if (error instanceof ModelyardError) return undefined;
    throw error;
  }
}
