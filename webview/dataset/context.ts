import type { DatasetVersions } from '../../engine/protocol/datasets';
import type { Digest, RunId } from '../../engine/protocol/ids';
import type { Page } from '../shared/page';

/** What the parts of the dataset page share. */
export interface DatasetContext extends Page {
  readonly name: string;
  readonly trusted: () => boolean;
  readonly failed: (error: unknown) => void;
  readonly openRun: (runId: RunId) => void;
  readonly showColumns: (digest: Digest) => void;
  /** Versions as `datasets/compare` names them. */
  readonly compare: (before: string, after: string) => void;
}

export interface DatasetTab {
  readonly element: HTMLElement;
  /** The versions as they are now. */
  update(versions: DatasetVersions): void;
  /** It is in front. */
  show(): void;
}
