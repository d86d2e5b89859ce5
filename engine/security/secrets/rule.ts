import type { ScanSeverity } from '../../protocol/security';

/** A kind of secret, and how a text has it. */
export interface SecretRule {
  readonly id: string;
  /** What it is, for a sentence: `AWS access key id`. */
  readonly title: string;
  /** Global. The secret is the last group that took part, or all of it; bounded so that no text makes it slow. */
  readonly pattern: RegExp;
  /** In small letters: a text with none of them is not looked at by the pattern. Empty: each is. */
  readonly keywords: readonly string[];
  /** Bits per character below which it is no secret but a placeholder. */
  readonly entropy?: number;
  /** More that the secret has to be, and the name before it: of a variable, a key. */
  readonly holds?: (secret: string, name: string) => boolean;
  readonly severity: ScanSeverity;
}
