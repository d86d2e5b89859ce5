import type { CalibrationTests } from '../../protocol/evaluationParts';
import { upperGamma } from '../../statistics/gamma';
import { normalTwoSided } from '../../statistics/normal';

/** A probability this near to 0 or 1 counts as this. */
const edge = 1e-12;
const groups = 10;
const reach = 1.959963984540054;

/**
 * Whether P(positive) is what it says; undefined where one class is missing or the slope has no end (scores that tell the
 * classes without fail).
 * @param y 1: positive
 */
export function calibrationTests(y: Float64Array, scores: Float64Array): CalibrationTests | undefined {
  const positives = y.reduce((a, b) => a + b, 0);
  if (positives === 0 || positives === y.length) return undefined;
  const logits = scores.map(p => {
    const inside = Math.min(1 - edge, Math.max(edge, p));
    return Math.log(inside / (1 - inside));
  });
  const slope = recalibration(y, logits);
  const intercept = inTheLarge(y, logits);
  if (!slope || !intercept) return undefined;
  const [grouped, square] = [hosmerLemeshow(y, scores), spiegelhalter(y, scores)];
  return { slope, intercept, ...(grouped && { hosmerLemeshow: grouped }), ...(square && { spiegelhalter: square }) };
}

const around = (value: number, error: number): CalibrationTests['slope'] => ({
  value,
  interval: [value - reach * error, value + reach * error],
});

/** b of P = 1 / (1 + exp(−a − b · logit)), by Newton's method. */
function recalibration(y: Float64Array, logits: Float64Array): CalibrationTests['slope'] | undefined {
  let [a, b] = [0, 1];
  for (let step = 0; step < 50; step++) {
    let [ga, gb, aa, ab, bb] = [0, 0, 0, 0, 0];
    for (let i = 0; i < y.length; i++) {
      const x = logits[i]!;
      const p = 1 / (1 + Math.exp(-a - b * x));
      const w = p * (1 - p);
      ga += y[i]! - p;
      gb += (y[i]! - p) * x;
      aa += w;
      ab += w * x;
      bb += w * x * x;
    }
    const determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-12 * aa * bb)) return undefined;
    const [da, db] = [(bb * ga - ab * gb) / determinant, (aa * gb - ab * ga) / determinant];
    a += da;
    b += db;
    if (Math.abs(da) + Math.abs(db) < 1e-10) return around(b, Math.sqrt(aa / determinant));
  }
  return undefined;
}

/** a of P = 1 / (1 + exp(−a − logit)). */
function inTheLarge(y: Float64Array, logits: Float64Array): CalibrationTests['intercept'] | undefined {
  let a = 0;
  for (let step = 0; step < 50; step++) {
    let [gradient, curvature] = [0, 0];
    for (let i = 0; i < y.length; i++) {
      const p = 1 / (1 + Math.exp(-a - logits[i]!));
      gradient += y[i]! - p;
      curvature += p * (1 - p);
    }
    if (!(curvature > 0)) return undefined;
    const change = gradient / curvature;
    a += change;
    if (Math.abs(change) < 1e-10) return around(a, 1 / Math.sqrt(curvature));
  }
  return undefined;
}

/** Tenths of the rows by score, equal scores together; χ² with two degrees fewer than there are groups. */
function hosmerLemeshow(y: Float64Array, scores: Float64Array): CalibrationTests['hosmerLemeshow'] {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!);
  let [statistic, used, at] = [0, 0, 0];
  for (let group = 1; group <= groups && at < order.length; group++) {
    const end = Math.round((group * order.length) / groups);
    let [rows, seen, said] = [0, 0, 0];
    while (at < order.length && (at < end || (rows > 0 && scores[order[at]!] === scores[order[at - 1]!]))) {
      rows++;
      seen += y[order[at]!]!;
      said += scores[order[at]!]!;
      at++;
    }
    if (rows === 0) continue;
    const spread = said * (1 - said / rows);
    if (!(spread > 0)) continue;
    statistic += (seen - said) ** 2 / spread;
    used++;
  }
  const df = used - 2;
  return df > 0 ? { statistic, df, p: upperGamma(df / 2, statistic / 2) } : undefined;
}

/** How far the Brier score is from what the probabilities themselves expect of it. */
function spiegelhalter(y: Float64Array, scores: Float64Array): CalibrationTests['spiegelhalter'] {
  let [above, below] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const p = scores[i]!;
    above += (y[i]! - p) * (1 - 2 * p);
    below += (1 - 2 * p) ** 2 * p * (1 - p);
  }
  const z = above / Math.sqrt(below);
  return Number.isFinite(z) ? { z, p: normalTwoSided(z) } : undefined;
}
