import type { Severity } from '../../protocol/config';
import type { Span } from './lineIndex';

/** A diagnostic before offsets have become lines and columns. */
export interface Problem extends Span {
  readonly severity?: Severity;
  readonly code: string;
  readonly message: string;
  readonly key: string;
  readonly suggestion?: string;
}
