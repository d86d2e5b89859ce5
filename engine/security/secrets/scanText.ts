import { createHash } from 'node:crypto';
import type { AuditFinding } from '../../protocol/audit';
import { assignments } from './assignments';
import { entropy } from './entropy';
import { formats } from './formats';
import { isPlaceholder } from './placeholders';
import type { SecretRule } from './rule';

/** Those with a format of their own first: what they find is not found again as something that is called a secret. */
const secretRules: readonly SecretRule[] = [...formats, ...assignments];

/** In a comment on the line, for what looks like a secret and is none. */
const allowedHere = /\b(?:modelyard|gitleaks):allow\b|\bpragma: allowlist secret\b|\bsecretlint-disable-line\b/;
const most = 200;

interface Hit {
  readonly rule: SecretRule;
  readonly start: number;
  readonly end: number;
}

/**
 * Secrets of a text, by line. No finding has the secret in it, or anything by which it could be guessed.
 * @param file how the text is called
 */
export function secretsOf(text: string, file: string): readonly AuditFinding[] {
  const hits = hitsOf(text);
  if (hits.length === 0) return [];
  const lines = new Lines(text);
  const seen = new Map<string, number>();
  return hits.flatMap(({ rule, start, end }) => {
    const { line, column, from, to } = lines.at(start);
    const whole = text.slice(from, to);
    if (allowedHere.test(whole)) return [];
    const around = `${text.slice(from, start)}\0${text.slice(Math.min(end, to), to)}`;
    const key = [file, rule.id, around].join('\0');
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return [
      {
        ...{ part: 'secrets', rule: rule.id, verdict: 'block', severity: rule.severity, file, line, column },
        endColumn: column + Math.min(end, to) - start,
        sentence: `${rule.title[0]?.toUpperCase()}${rule.title.slice(1)} (${end - start} characters).`,
        fix: 'Take it back where it was issued, and keep its successor in an environment variable or the secret storage.',
        fingerprint: createHash('sha256').update(`${key}\0${nth}`).digest('hex').slice(0, 16),
      } satisfies AuditFinding,
    ];
  });
}

function hitsOf(text: string): readonly Hit[] {
  const small = text.toLowerCase();
  const hits: Hit[] = [];
  for (const rule of secretRules) {
    if (rule.keywords.length > 0 && !rule.keywords.some(keyword => small.includes(keyword))) continue;
    for (const match of text.matchAll(rule.pattern)) {
      const secret = match.findLast(Boolean) ?? '';
      const start = match.index + match[0].lastIndexOf(secret);
      const hit = { rule, start, end: start + secret.length };
      if (
        hits.length >= most ||
        !counts(rule, secret, nameAt(text, match.index)) ||
        hits.some(one => overlap(one, hit))
      )
        continue;
      hits.push(hit);
    }
  }
  return hits.sort((one, other) => one.start - other.start);
}

function counts({ entropy: least, holds, id }: SecretRule, secret: string, name: string): boolean {
  if (id === 'private-key' || id === 'putty-key') return true;
  if (isPlaceholder(secret)) return false;
  if (least !== undefined && entropy(secret) < least) return false;
  return holds?.(secret, name) !== false;
}

/** The word of which a match is the end or the middle. */
function nameAt(text: string, index: number): string {
  let from = index;
  while (from > 0 && index - from < 50 && /[\w.-]/.test(text[from - 1] ?? '')) from -= 1;
  return /^[\w.-]*/.exec(text.slice(from, index + 80))?.[0] ?? '';
}

const overlap = (one: Hit, other: Hit): boolean => one.start < other.end && other.start < one.end;

/** Lines of a text, by offset. */
class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** The line (from 1) and column (from 1) of an offset, and where that line begins and ends. */
  at(offset: number): { readonly line: number; readonly column: number; readonly from: number; readonly to: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const from = this.starts[low] ?? 0;
    const next = this.starts[low + 1];
    return { line: low + 1, column: offset - from + 1, from, to: next === undefined ? this.text.length : next - 1 };
  }
}
