import type { RunId, StudyId } from './ids';
import type { Empty } from './methods/empty';
import type { PipelineRun } from './pipelines';
import type { TriggerEvent } from './triggers';

/** Said to every client, after the change has been committed. */
export interface Events {
  /** Of one commit all, be it thousands. */
  'runs/changed': { readonly runIds: readonly RunId[] };
  'run/points': {
    readonly runId: RunId;
    readonly points: readonly {
      readonly key: string;
      readonly value: number;
      readonly step: number;
      readonly time: number;
    }[];
  };
  'pipeline/changed': { readonly run: PipelineRun };
  /** A trial of a study, or the study itself. */
  'study/changed': { readonly id: StudyId };
  'dataset/changed': { readonly name: string };
  'model/changed': { readonly name: string };
  /** Views were recorded, computed, materialised, pushed to or checked. */
  'features/changed': { readonly views: readonly string[] };
  /** A server was started or stopped, serves another version, or a version was tested. */
  'serving/changed': Empty;
  'trigger/happened': TriggerEvent;
  'config/changed': Empty;
  /** Files of CI systems were written. */
  'ci/changed': Empty;
  /** Files that models are deployed with were written. */
  'infra/changed': Empty;
  /** The workspace was looked through for secrets, weaknesses or licences. */
  'audit/changed': Empty;
}
export type EventName = keyof Events;
