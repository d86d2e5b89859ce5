import type { KnotsMap } from './calibration';

/**
 * The rising curve with the least squared error, by pooling adjacent violators: scikit-learn's IsotonicRegression.
 * Equal inputs are joined first; knots inside a level piece are left out.
 * @param y between 0 and 1
 */
export function isotonic(s: ArrayLike<number>, y: ArrayLike<number>): KnotsMap {
  const order = Int32Array.from({ length: s.length }, (_, i) => i).sort((a, b) => s[a]! - s[b]!);
  const [at, means, weights]: [number[], number[], number[]] = [[], [], []];
  for (const i of order) {
    const last = at.length - 1;
    if (last >= 0 && s[i] === at[last]) {
      means[last]! += y[i]!;
      weights[last]!++;
    } else {
      at.push(s[i]!);
      means.push(y[i]!);
      weights.push(1);
    }
  }
  for (let i = 0; i < means.length; i++) means[i]! /= weights[i]!;
  const fitted = pooled(means, weights);
  const knots = [...at.keys()].filter(i => {
    const isEnd = i === 0 || i === at.length - 1;
    return isEnd || fitted[i] !== fitted[i - 1] || fitted[i] !== fitted[i + 1];
  });
  return { kind: 'knots', x: Float64Array.from(knots, i => at[i]!), y: Float64Array.from(knots, i => fitted[i]!) };
}

/** Neighbouring blocks are joined as long as one on the left is higher. */
function pooled(means: readonly number[], weights: readonly number[]): Float64Array {
  const blocks: { mean: number; weight: number; size: number }[] = [];
  for (const [i, mean] of means.entries()) {
    let block = { mean, weight: weights[i]!, size: 1 };
    for (let before = blocks.at(-1); before && before.mean >= block.mean; before = blocks.at(-1)) {
      blocks.pop();
      const weight = before.weight + block.weight;
      block = {
        mean: (before.mean * before.weight + block.mean * block.weight) / weight,
        weight,
        size: before.size + block.size,
      };
    }
    blocks.push(block);
  }
  const fitted = new Float64Array(means.length);
  let from = 0;
  for (const { mean, size } of blocks) {
    fitted.fill(mean, from, from + size);
    from += size;
  }
  return fitted;
}
