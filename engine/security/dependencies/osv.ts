import * as v from 'valibot';
import type { ScanSeverity } from '../../protocol/security';
import { cvssScore } from './cvss';

const event = v.object({
  introduced: v.optional(v.string()),
  fixed: v.optional(v.string()),
  last_affected: v.optional(v.string()),
  limit: v.optional(v.string()),
});
const severity = v.array(v.object({ type: v.string(), score: v.string() }));
const specific = v.optional(v.looseObject({ severity: v.optional(v.unknown()) }));

/** An advisory in the format of OSV (Open Source Vulnerability), as far as it is read here. */
const advisory = v.object({
  id: v.string(),
  summary: v.optional(v.string()),
  details: v.optional(v.string()),
  aliases: v.optional(v.array(v.string())),
  withdrawn: v.optional(v.nullable(v.string())),
  severity: v.optional(severity),
  database_specific: specific,
  affected: v.optional(
    v.array(
      v.object({
        package: v.optional(v.object({ ecosystem: v.string(), name: v.string() })),
        ranges: v.optional(v.array(v.object({ type: v.string(), events: v.array(event) }))),
        versions: v.optional(v.array(v.string())),
        severity: v.optional(severity),
      }),
    ),
  ),
});

export type Advisory = v.InferOutput<typeof advisory>;
export type Affected = NonNullable<Advisory['affected']>[number];
export type RangeEvent = v.InferOutput<typeof event>;

/** Undefined: it is none. */
export function readAdvisory(text: string): Advisory | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), advisory), text);
  return parsed.success ? parsed.output : undefined;
}

const words: Readonly<Record<string, ScanSeverity>> = {
  ...{ CRITICAL: 'critical', HIGH: 'high', MODERATE: 'medium', MEDIUM: 'medium', LOW: 'low' },
};

/** By its own word, else by CVSS 3 or 4; an advisory that says neither counts as high, since nobody knows better. */
export function severityOf(
  { database_specific: own, severity: whole = [] }: Advisory,
  affected: Affected,
): ScanSeverity {
  const word = typeof own?.severity === 'string' ? words[own.severity.toUpperCase()] : undefined;
  if (word !== undefined) return word;
  for (const { score } of [...(affected.severity ?? []), ...whole]) {
    const number = cvssScore(score);
    if (number === undefined) continue;
    if (number >= 9) return 'critical';
    if (number >= 7) return 'high';
    return number >= 4 ? 'medium' : 'low';
  }
  return 'high';
}
