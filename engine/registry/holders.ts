import type { ModelVersion, StageMove } from '../protocol/registry';
import { archivedStage } from './stages';

type Placed = Pick<ModelVersion, 'version' | 'stage'>;
type Move = Pick<StageMove, 'version' | 'from' | 'to' | 'isRollback'>;

/** What is known of a model's versions and how they came to be where they are. */
export interface Whereabouts {
  readonly stages: readonly string[];
  readonly versions: readonly Placed[];
  /** Newest first. */
  readonly history: readonly Move[];
}

/** By stage the version that holds it: of those in it, the one that was moved there last. */
export function holdersOf({ stages, versions, history }: Whereabouts): Readonly<Record<string, number>> {
  const stageOf = new Map(versions.map(({ version, stage }) => [version, stage]));
  return Object.fromEntries(
    stages.flatMap(stage => {
      const last = history.find(move => move.to === stage && stageOf.get(move.version) === stage);
      return last === undefined ? [] : [[stage, last.version]];
    }),
  );
}

/**
 * By stage the version that a rollback puts back: the last that held it before, is there still, and has not gone on to a
 * later stage. A version that was taken out of the stage because it was wrong there (by a rollback, or back to an earlier
 * stage) is no candidate, so that one rollback after another goes further back. The first stage has none.
 */
export function previousOf(where: Whereabouts): Readonly<Record<string, number>> {
  const { stages, versions, history } = where;
  const holders = new Map(Object.entries(holdersOf(where)));
  const stageOf = new Map(versions.map(({ version, stage }) => [version, stage]));
  const rank = (stage: string): number => stages.indexOf(stage);
  return Object.fromEntries(
    stages.slice(1).flatMap(stage => {
      const isFree = (version: number): boolean => {
        const now = stageOf.get(version);
        return now !== undefined && (now === archivedStage || rank(now) < rank(stage));
      };
      const last = heldInTurn(stage, { stages, history }).findLast(
        version => version !== holders.get(stage) && isFree(version),
      );
      return last === undefined ? [] : [[stage, last]];
    }),
  );
}

/** Every version that a stage has had, whatever became of it. */
export const hasHeld = ({ history }: Pick<Whereabouts, 'history'>, version: number, stage: string): boolean =>
  history.some(move => move.version === version && move.to === stage);

/** Who held a stage in turn, the last at the end, without those that were taken out of it as wrong. */
function heldInTurn(stage: string, { stages, history }: Omit<Whereabouts, 'versions'>): readonly number[] {
  let held: number[] = [];
  const rank = stages.indexOf(stage);
  for (const { version, from, to, isRollback } of [...history].reverse()) {
    if (from === stage && (isRollback === true || (stages.includes(to) && stages.indexOf(to) < rank)))
      held = held.filter(one => one !== version);
    if (to !== stage) continue;
    if (isRollback === true && held.includes(version)) held = held.slice(0, held.indexOf(version) + 1);
    else held = [...held.filter(one => one !== version), version];
  }
  return held;
}
