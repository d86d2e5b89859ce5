import type { LineageKind, LineageRelation, LineageThing, LineageWay } from './lineage';

/** `version:credit-risk@3` → `version`, `credit-risk@3`. */
export interface LineageRef {
  readonly kind: LineageKind;
  readonly key: string;
}

export interface LinkRequest {
  readonly from: readonly LineageRef[];
  readonly way: LineageWay;
  /** For each of `from` and each relation so many are named, and the others counted; absent: all are named. */
  readonly most?: number;
  /** Ids that are named before others. */
  readonly first?: readonly string[];
  /** Steps of runs, too. */
  readonly steps?: boolean;
  /** Only what carries a fault on: not that something was compared with it, or started by it. */
  readonly onlyFaults?: boolean;
}

export interface Link {
  /** The one of `from`. */
  readonly from: LineageRef;
  readonly to: LineageRef;
  readonly relation: LineageRelation;
  /** How many there are from it by this relation, those that are not named too. */
  readonly total: number;
  /** They are one group unless somebody opens it. */
  readonly isFolded?: boolean;
}

/** What a room knows of where things come from. The lineage asks all rooms that it is handed, and knows none of them. */
export interface LineageSource {
  /** What the room can describe. */
  readonly kinds: readonly LineageKind[];
  /** The next things from each of these, as far as this room knows. */
  links(request: LinkRequest): readonly Link[];
  /** In any order, without those that are not there. All are of `kinds`. */
  describe(refs: readonly LineageRef[]): readonly LineageThing[];
  /** What people call by this name, when it is one of this room's. */
  find(name: string): LineageRef | undefined;
}
