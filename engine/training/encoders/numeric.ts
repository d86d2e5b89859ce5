import type { NumericImpute, NumericScale } from '../../protocol/steps/preparation';
import type { ScaleOp } from '../preparation';

/**
 * Imputation and scaling of numbers, as scikit-learn's SimpleImputer followed by StandardScaler (population standard
 * deviation) or MinMaxScaler; a constant column is only shifted.
 * @param values NaN: missing; at least one is not, except with `impute: zero` or `keep`.
 */
export function learnScale(
  values: Float64Array,
  options: { readonly impute: NumericImpute; readonly scale: NumericScale },
): ScaleOp {
  const missing = imputed(values, options.impute);
  const filled = values.map(value => (Number.isNaN(value) ? (missing ?? NaN) : value));
  return {
    op: 'scale',
    missing,
    ...scaling(
      filled.filter(value => !Number.isNaN(value)),
      options.scale,
    ),
  };
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function imputed(values: Float64Array, impute: NumericImpute): number | null {
  if (impute === 'none' || impute === 'keep') return null;
  if (impute === 'zero') return 0;
  const present = values.filter(value => !Number.isNaN(value));
  return impute === 'mean' ? mean(present) : median(present);
}

function scaling(values: Float64Array, scale: NumericScale): { offset: number; scale: number } {
  if (scale === 'none' || values.length === 0) return { offset: 0, scale: 1 };
  if (scale === 'standard') {
    const offset = mean(values);
    const deviation = Math.sqrt(mean(values.map(value => (value - offset) ** 2)));
    // Rounding leaves a tiny deviation on a constant column far from zero; dividing by it would blow up noise.
    return { offset, scale: deviation > 10 * Number.EPSILON * Math.abs(offset) ? 1 / deviation : 1 };
  }
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { offset: low, scale: high > low ? 1 / (high - low) : 1 };
}
