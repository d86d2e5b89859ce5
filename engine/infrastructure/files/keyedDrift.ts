/** Something about a file that belongs to a key of modelyard.yaml. */
export interface KeyedDrift {
  readonly key: string;
  readonly severity: 'warning' | 'information';
  readonly code: string;
  readonly message: string;
}
