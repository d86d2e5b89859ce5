import { Cvss3P0, Cvss3P1, Cvss4P0 } from 'ae-cvss-calculator';

/**
 * The score of a CVSS vector, 0 to 10: of 3.0 and 3.1 the base score, of 4.0 with threat and environment where it says them.
 * Undefined: it is none, has a metric or value that there is not, or lacks a metric of the base.
 */
export function cvssScore(vector: string): number | undefined {
  const [version = '', ...parts] = vector.split('/');
  const scored = emptyVector(version);
  if (scored === undefined || !parts.every(part => isKnown(scored, part))) return undefined;
  scored.applyVector(vector);
  if (!scored.isBaseFullyDefined()) return undefined;
  return scored instanceof Cvss4P0 ? scored.calculateScores().overall : scored.calculateScores().base;
}

type Scored = Cvss3P0 | Cvss3P1 | Cvss4P0;

function emptyVector(version: string): Scored | undefined {
  if (version === 'CVSS:3.0') return new Cvss3P0();
  if (version === 'CVSS:3.1') return new Cvss3P1();
  return version === 'CVSS:4.0' ? new Cvss4P0() : undefined;
}

/** The library leaves out what it does not know, and lets the base of 4.0 have the value "safety" that only its modified metrics have. */
function isKnown(scored: Scored, part: string): boolean {
  const [metric = '', value = ''] = part.split(':');
  const values = scored.findComponent(metric)?.values ?? [];
  return values.some(({ shortName }) => shortName === value) && !/^S[IA]:S$/.test(part);
}
