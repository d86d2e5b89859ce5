import type { ParamValue, Study, StudySummary, Trial } from '../tuning';

export interface StudyMethods {
  /** Searches for the best parameters, newest first; default 50. */
  'studies/list': { params: { pipeline?: string; limit?: number }; result: readonly StudySummary[] };
  /** `study`: `s-3`, `3` or the beginning of its id. */
  'studies/get': { params: { study: string }; result: Study };
  /** Has parameters tried next, whatever the sampler would say: `learner` and some of its options. */
  'studies/enqueue': { params: { study: string; params: Readonly<Record<string, ParamValue>> }; result: Trial };
  /** Ends a study that is under way; its step goes on with what was found. */
  'studies/stop': { params: { study: string }; result: StudySummary };
  /** Has the next run of its step go on with a study, with so many more trials or seconds. */
  'studies/extend': { params: { study: string; trials?: number; seconds?: number }; result: StudySummary };
}
