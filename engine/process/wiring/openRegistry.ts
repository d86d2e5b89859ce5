import { GateService } from '../../gates/service';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { RegistryEvent } from '../../registry/events';
import { RegistryService } from '../../registry/service';
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
    approvals: (subject, results) => registry.approvals.standing(subject, results),
  });
  const registry: RegistryService = new RegistryService({
    db: store.db,
    ...{ config, changed, happened },
    judge: subject => gates.judgeVersion(subject),
    reports: models => gates.latest(models),
    user: () => user,
    person: () => personHere(workspace, user),
  });
  return { registry, gates };
}
