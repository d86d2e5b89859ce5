/** What a manifest finding is about, before its line is known. */
export interface Found {
  readonly code: string;
  readonly severity: 'error' | 'warn';
  readonly message: string;
  readonly path: readonly (string | number)[];
}
