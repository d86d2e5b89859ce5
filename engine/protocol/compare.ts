/** How the code of two runs differs. */
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
