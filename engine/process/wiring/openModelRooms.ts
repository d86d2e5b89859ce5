import type { GateService } from '../../gates/service';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { RegistryService } from '../../registry/service';
import type { SigningService } from '../../security/signing/service';
import { AuditStore } from '../../security/audit/store';
import type { SecurityService } from '../../security/service';
import type { ServingService } from '../../serving/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import type { WebhookService } from '../../webhooks/service';
import type { Emit } from '../engine';
import type { Hold } from '../lifetime';
import type { Log } from '../log';
import type { AuditCall } from './openAudit';
import { openAudit } from './openAudit';
import { openRegistry } from './openRegistry';
import { openSecurity } from './openSecurity';
import { openSigning } from './openSigning';
import type { ServingRooms } from './openServing';
import { openServing } from './openServing';
import { createWebhooks } from './webhooks';

export interface ModelRoomsOptions {
  readonly workspace: string;
  readonly assetsDir: string;
  readonly jobFile: string;
  readonly emit: Emit;
  readonly busy: () => Hold;
  readonly log: Log;
  readonly store: Store;
  readonly tracking: TrackingService;
  readonly user: string;
  readonly config: () => Promise<WorkspaceConfig>;
  /** The newest values of features. */
  readonly online: ServingRooms['online'];
  /** A model has changed, or what is known of it. */
  readonly changed: (model: string) => void;
  /** What triggers look at may have changed. */
  readonly moved: () => void;
}

export interface ModelRooms {
  readonly registry: RegistryService;
  readonly gates: GateService;
  readonly security: SecurityService;
  readonly signing: SigningService;
  readonly audit: AuditCall;
  readonly audits: Pick<AuditStore, 'keep' | 'last'>;
  readonly serving: ServingService;
  readonly webhooks: WebhookService;
}

/** The rooms of registered models: each asks others, and all are told when a model changes. */
export function openModelRooms(options: ModelRoomsOptions): ModelRooms {
  const { store, tracking, workspace, user, config, log, jobFile, assetsDir, busy, emit } = options;
  const webhooks = createWebhooks(workspace, { db: store.db, log });
  const opened = openRegistry({
    ...{ store, tracking, workspace, user, config, security: () => security, signing: () => signing },
    changed: model => {
      options.changed(model);
      options.moved();
      security.lookAt(model);
      serving.follow(model);
    },
    served: (model, version) => serving.tests(model, version, 1)[0],
    inUse: (model, version) => serving.inUse(model, version),
    happened: event => webhooks.deliver(event),
  });
  const registry: RegistryService = opened.registry;
  const security: SecurityService = openSecurity({
    ...{ store, tracking, workspace, log, config, jobFile, busy, registry: () => registry },
    changed: model => options.changed(model),
  });
  const signing: SigningService = openSigning({
    ...{ store, tracking, workspace, config, user, registry: () => registry, changed: options.changed },
  });
  const serving: ServingService = openServing({
    ...{ store, tracking, registry, workspace, busy, assetsDir, signing, online: options.online },
    changed: () => emit('serving/changed', {}),
  });
  const audit = openAudit({ store, tracking, workspace, jobFile, config });
  const kept = new AuditStore(store.db);
  const audits: ModelRooms['audits'] = {
    last: part => kept.last(part),
    keep: (part, found) => {
      kept.keep(part, found);
      emit('audit/changed', {});
    },
  };
  return { registry, gates: opened.gates, security, signing, audit, audits, serving, webhooks };
}
