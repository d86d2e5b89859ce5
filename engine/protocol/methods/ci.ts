import type { CiStatus, CiSystem, CiWrite, CiWritten } from '../ci';

/** Calls of the engine about the files of CI systems. */
export interface CiMethods {
  /** How the files of CI systems stand to `ci:`; of systems that it does not name as if it did. */
  'ci/status': { params: { systems?: readonly CiSystem[]; text?: string }; result: CiStatus };
  /** Writes those that are missing or out of date. */
  'ci/write': { params: CiWrite; result: CiWritten };
}
