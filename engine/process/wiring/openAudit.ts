import path from 'node:path';
import { digest as asDigest } from '../../ids';
import type { AuditPart, AuditReport } from '../../protocol/audit';
import type { RunSummary } from '../../protocol/tracking';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { WalkedFile } from '../../security/audit/walk';
import type { SecretText } from '../../security/secrets/scanFiles';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import { auditInChild } from './auditChild';
import { filesBelow } from './registeredRun';

export interface AuditRooms {
  readonly store: Pick<Store, 'db' | 'objects'>;
  readonly tracking: TrackingService;
  readonly config: () => Promise<WorkspaceConfig>;
  readonly workspace: string;
  /** The bundle that runs one job; the one that audits lies beside it. */
  readonly jobFile: string;
}

export interface AuditRequest {
  readonly parts: readonly AuditPart[];
  /** Relative to the workspace; empty: all of it, and the runs. */
  readonly paths?: readonly string[];
  /** Instead of what modelyard.yaml names. */
  readonly advisories?: string;
  /** Secrets are looked for in all commits, too. */
  readonly history?: boolean;
}

export type AuditCall = (
  request: AuditRequest,
  progress: (done: { readonly done: number; readonly of: number; readonly file: string }) => void,
  signal: AbortSignal,
) => Promise<AuditReport>;

/** Runs whose parameters, tags and texts are looked through, the newest first. */
const mostRuns = 500;
const page = 100;
const mostTextBytes = 8 * 2 ** 20;
const texts = /\.(?:txt|log|json|ya?ml|toml|ini|cfg|conf|env|py|ipynb|sh|md|csv|html?)$/i;

/** Looks through the workspace and what its runs have kept. */
export function openAudit(rooms: AuditRooms): AuditCall {
  const { config, workspace, jobFile } = rooms;
  const auditFile = path.join(path.dirname(jobFile), 'audit.js');
  return async ({ parts, paths = [], advisories, history = false }, progress, signal) => {
    const { security = {} } = await config();
    const withRuns = parts.includes('secrets') && paths.length === 0;
    const runs = withRuns ? runContent(rooms) : { texts: [], stored: [] };
    const job = {
      ...{ root: workspace, parts, paths, ...runs, history },
      allow: security.allow ?? [],
      config: {
        ...(security.secrets && { secrets: security.secrets }),
        ...(security.licences && { licences: security.licences }),
        dependencies: { ...security.dependencies, ...(advisories !== undefined && { advisories }) },
      },
    };
    return auditInChild(job, { auditFile, progress }, signal);
  };
}

/** Parameters, tags and texts among the files of runs. */
export function runContent({ tracking, store }: Pick<AuditRooms, 'tracking' | 'store'>): {
  readonly texts: readonly SecretText[];
  readonly stored: readonly WalkedFile[];
} {
  const found: SecretText[] = [];
  const stored: WalkedFile[] = [];
  const seen = new Set<string>();
  for (const { id, number, params, tags } of newestRuns(tracking)) {
    const lines = (values: Readonly<Record<string, string>>): string =>
      Object.entries(values)
        .map(([name, value]) => `${name}=${value}\n`)
        .join('');
    found.push({ file: `run r-${number} (parameters)`, text: lines(params) });
    found.push({ file: `run r-${number} (tags)`, text: lines(tags) });
    for (const { path: at, digest, size = 0 } of filesBelow(tracking, id)) {
      if (digest === undefined || size > mostTextBytes || !texts.test(at) || seen.has(digest)) continue;
      seen.add(digest);
      stored.push({ file: `run r-${number}/${at}`, path: store.objects.path(asDigest(digest)) });
    }
  }
  return { texts: found, stored };
}

function newestRuns(tracking: TrackingService): readonly RunSummary[] {
  const found: RunSummary[] = [];
  let pageToken: string | undefined;
  do {
    const { runs, nextPageToken } = tracking.search({
      limit: page,
      orderBy: ['attributes.start_time DESC'],
      ...(pageToken !== undefined && { pageToken }),
    });
    found.push(...runs);
    pageToken = nextPageToken;
  } while (pageToken !== undefined && found.length < mostRuns);
  return found;
}
