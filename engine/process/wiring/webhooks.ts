import path from 'node:path';
import type { Database } from '../../store/database';
import { SecretFile } from '../../webhooks/secretFile';
import { WebhookService } from '../../webhooks/service';
import type { Log } from '../log';

/** The webhooks of a workspace, with their secrets beside its database. */
export function createWebhooks(workspace: string, { db, log }: { db: Database; log: Log }): WebhookService {
  const secrets = new SecretFile(path.join(workspace, '.modelyard', 'webhooks.json'));
  return new WebhookService({ db, secrets, log });
}
