import type { RunId } from './ids';

/** How the code of two runs, or of a run and the folder, differs. */
export interface CodeDiff {
  readonly commitBefore?: string;
  readonly commitAfter?: string;
  /** modelyard.yaml as each run had it. */
  readonly configBefore?: string;
  readonly configAfter?: string;
  readonly files: readonly CodeDiffFile[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

/** Without `before` the file is new, without `after` it is gone. */
export interface CodeDiffFile {
  /** From the top of the repository, with `/`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** At least one side is no text, too long, or could not be put together. */
  readonly isOpaque?: boolean;
}

/** All in which a run differs from another one, or from HEAD with the working tree. */
export interface RunDiff {
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  /** Of two runs as they were logged; against HEAD as modelyard.yaml has them, by step. */
  readonly params: readonly ChangedValue[];
  /** Absent: it is the same, or not known of both. */
  readonly config?: { readonly path: string; readonly before: string; readonly after: string };
  readonly code: readonly CodeDiffFile[];
  /** Digests by the dataset's name; of HEAD those of the files as they are. */
  readonly data: readonly ChangedValue[];
  /** The last values of two runs, without times and the load of the machine. */
  readonly metrics: readonly ChangedNumber[];
  readonly environment: readonly ChangedValue[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

export interface ComparedSide {
  /** `r-42`, or `HEAD`. */
  readonly label: string;
  readonly commit?: string;
  /** Absent: it is HEAD with the working tree. */
  readonly run?: { readonly id: RunId; readonly number: number; readonly name: string };
}

/** Without `before` it is new, without `after` it is gone. */
export interface ChangedValue {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface ChangedNumber {
  readonly name: string;
  readonly before?: number;
  readonly after?: number;
}
