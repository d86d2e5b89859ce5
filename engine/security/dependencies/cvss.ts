type Weights = Readonly<Record<string, number>>;
const attackVector: Weights = { N: 0.85, A: 0.62, L: 0.55, P: 0.2 };
const complexity: Weights = { L: 0.77, H: 0.44 };
const privileges: Weights = { N: 0.85, L: 0.62, H: 0.27 };
const privilegesChanged: Weights = { N: 0.85, L: 0.68, H: 0.5 };
const interaction: Weights = { N: 0.85, R: 0.62 };
const impact: Weights = { H: 0.56, L: 0.22, N: 0 };

/** The base score of a CVSS 3.0 or 3.1 vector, 0 to 10 (FIRST, CVSS 3.1 section 7.1); undefined: it is none. */
export function cvssScore(vector: string): number | undefined {
  if (!/^CVSS:3\.[01]\//.test(vector)) return undefined;
  const metrics = new Map(vector.split('/').map(part => [part.split(':')[0] ?? '', part.split(':')[1] ?? '']));
  const of = (name: string, weights: Weights): number => weights[metrics.get(name) ?? ''] ?? Number.NaN;
  const isChanged = metrics.get('S') === 'C';
  const base = 1 - (1 - of('C', impact)) * (1 - of('I', impact)) * (1 - of('A', impact));
  const effect = isChanged ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  const ease =
    8.22 *
    of('AV', attackVector) *
    of('AC', complexity) *
    of('PR', isChanged ? privilegesChanged : privileges) *
    of('UI', interaction);
  if (!Number.isFinite(effect) || !Number.isFinite(ease)) return undefined;
  if (effect <= 0) return 0;
  return roundUp(Math.min(isChanged ? 1.08 * (effect + ease) : effect + ease, 10));
}

/** The smallest number with one digit that is not less, as CVSS 3.1 rounds. */
function roundUp(value: number): number {
  const whole = Math.round(value * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}
