import type { CheckQuery, CheckReport } from '../verdicts';

export interface CheckMethods {
  /** Judges all rules there are, and tells each verdict with its place. Long; a failed rule is a result, not an error. */
  'checks/run': { params: CheckQuery; result: CheckReport };
  /** The verdicts as they were judged last; nothing is judged. A rule that never was is `unknown`. */
  'checks/last': { params: Pick<CheckQuery, 'only' | 'stages'>; result: CheckReport };
}
