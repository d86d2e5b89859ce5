import type { RunId, StudyId } from '../protocol/ids';
import type { TrainOptions } from '../protocol/steps/learners';
import type { ParamValue } from '../protocol/tuning';

/** What studies ask of the other rooms; engine/process/wiring hands it over. */
export interface TuningPorts {
  readonly tracking: TrialTracking;
  /**
   * `with:` of a train step with its defaults.
   * @throws ModelyardError `config.invalid` when a learner does not take them
   */
  readonly trainOptions: (written: Readonly<Record<string, ParamValue>>) => TrainOptions;
  /** After the commit. */
  readonly changed: (study: StudyId) => void;
}

/** A trial is a nested run of its step's run. */
export interface TrialTracking {
  /** With a promised heartbeat: when it stops, the run counts as failed. */
  open(run: {
    readonly parent: RunId;
    readonly name: string;
    readonly params: Readonly<Record<string, string>>;
    readonly tags: Readonly<Record<string, string>>;
  }): RunId;
  heartbeat(runId: RunId): void;
  metrics(runId: RunId, points: readonly { key: string; value: number; step: number; time: number }[]): Promise<void>;
  close(runId: RunId, end: { status: 'FINISHED' | 'FAILED' | 'KILLED'; tags: Readonly<Record<string, string>> }): void;
  /** The params of the best finished runs of a learner by a metric, best first; among them earlier trials. */
  best(query: EarlierQuery): readonly EarlierRun[];
}

export interface EarlierQuery {
  readonly learner: string;
  readonly metric: string;
  readonly maximize: boolean;
  readonly limit: number;
}

export interface EarlierRun {
  readonly params: Readonly<Record<string, string>>;
  readonly value: number;
}
