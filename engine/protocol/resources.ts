/** What a step took of the machine, all its processes together. What could not be measured is absent. */
export interface StepResources {
  /** ms of processor time, of all processors together. */
  readonly cpu?: number;
  /** Bytes that its processes had in memory at a time, at most. */
  readonly memory?: number;
  /** Bytes written to the disk. */
  readonly written?: number;
  /** Looked at from time to time: the last moments are missing. Else counted by the operating system to the end. */
  readonly isSampled: boolean;
}
