import path from 'node:path';
import type { RegistryService } from '../../registry/service';
import type { SigningService } from '../../security/signing/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import { TransferService } from '../../transfer/service';
import { importChild } from './importChild';
import { modelPort } from './modelPort';

interface TransferParts {
  readonly store: Store;
  readonly tracking: TrackingService;
  readonly registry: RegistryService;
  readonly signing: Pick<SigningService, 'refusal'>;
  readonly workspace: string;
  /** The bundle that runs one job; the one that reads a source lies beside it. */
  readonly jobFile: string;
}

/** The room that imports and exports runs of this workspace. */
export function openTransfer(parts: TransferParts): TransferService {
  const { store, tracking, registry, signing, workspace, jobFile } = parts;
  const importFile = path.join(path.dirname(jobFile), 'import.js');
  return new TransferService({
    db: store.db,
    objects: store.objects,
    workspace,
    imports: tracking.imports,
    models: modelPort(registry, tracking, signing),
    runs: tracking,
    startReader: signal => importChild(importFile, workspace, signal),
  });
}
