import type { TriggerKind, TriggerList, TriggerOutcome, UpcomingTime } from '../triggers';
import type { Empty } from './empty';

export interface TriggerMethods {
  /** What starts pipelines by itself, and how each stands. */
  'triggers/list': { params: Empty; result: TriggerList };
  /**
   * Triggers work from now until this client says otherwise or leaves, or as long as another one watches. Answers when
   * each has been looked at once: what changes from then on is seen. Long.
   */
  'triggers/watch': { params: { on: boolean }; result: TriggerList };
  /** The next times of schedules, the nearest first: `count` in all, of all pipelines or of one. */
  'triggers/next': { params: { pipeline?: string; count: number }; result: readonly UpcomingTime[] };
  /** Starts a pipeline, or has it wait for its run that is under way. Does not wait for the end. */
  'triggers/fire': { params: { pipeline: string; reason?: string }; result: TriggerOutcome };
  /** Without `kind`: all triggers of the pipeline. */
  'triggers/pause': { params: { pipeline: string; kind?: TriggerKind }; result: TriggerList };
  'triggers/resume': { params: { pipeline: string; kind?: TriggerKind }; result: TriggerList };
}
