import type { TextRange } from '../protocol/config';
import type { AffectedVersion, LineageNode, LineageThing } from '../protocol/lineage';
import type { LineageRef, LineageSource } from '../protocol/lineageSource';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Ask } from './walk';

/** modelyard.yaml as it is now. */
export interface LineageConfig {
  readonly config: WorkspaceConfig;
  /** Relative to the workspace. */
  readonly file: string;
  readonly locate: (key: string) => TextRange | undefined;
}

/** What versions are asked besides their links. */
export interface VersionSource extends LineageSource {
  versions(refs: readonly LineageRef[]): readonly AffectedVersion[];
  /** Those that somebody uses. */
  live(): readonly LineageRef[];
  /** The newest version before this one that is not affected; undefined: none. */
  before(model: string, version: number, isAffected: (version: number) => boolean): number | undefined;
  /** Whether a version has ever been in a stage. */
  hasHeld(model: string, version: number, stage: string): boolean;
}

export interface LineageRooms {
  /** In the order in which they are asked; what several of them know is as the first one says. */
  readonly sources: readonly LineageSource[];
  readonly versions: VersionSource;
  /** Absent: it cannot be read just now. */
  readonly config?: LineageConfig;
}

export interface LineagePorts {
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  /** The rooms as they are now; asked for each call. */
  readonly rooms: () => Promise<LineageRooms>;
  /** Whether there is such a file; relative to the workspace. */
  readonly exists: (file: string) => boolean;
}

/** The rooms of one call, asked as one. */
export interface OpenLineage extends LineageRooms {
  readonly ask: Ask;
  /** In the order of the refs, without those that are not there (any more). */
  readonly describe: (refs: readonly LineageRef[]) => readonly LineageThing[];
  readonly node: (thing: LineageThing, distance: number) => LineageNode;
}
