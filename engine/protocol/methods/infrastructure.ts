import type { InfraCheck, InfraStatus, InfraWritten } from '../infrastructure';

/** Calls of the engine about the files that models are deployed with. */
export interface InfraMethods {
  /** How the files stand to `infrastructure:`. `text`: unsaved, from an editor. */
  'infra/status': { params: { text?: string }; result: InfraStatus };
  /** Writes those that are missing or out of date; with `force` also over what was changed by hand. */
  'infra/write': { params: { force?: boolean }; result: InfraWritten };
  /**
   * Judges the files on the disk: drift, schemas, practices, and what kubeconform, terraform or tofu of this machine say. `cluster`:
   * kubectl asks the cluster of its current context too, without changing it.
   */
  'infra/check': { params: { tools?: boolean; cluster?: boolean }; result: InfraCheck };
}
