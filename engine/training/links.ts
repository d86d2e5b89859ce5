/**
 * From the outputs of a model to its scores. sigmoid: one margin, P(positive); softmax: a margin for each class; share:
 * probabilities already (one: of the positive class), which are brought to a sum of 1; identity: the value itself.
 */
export type Link = 'sigmoid' | 'softmax' | 'share' | 'identity';

/** Scores a row has: the number of classes (2 for binary), 1 for regression. */
export const scoreWidth = (link: Link, outputs: number): number => (link !== 'identity' && outputs === 1 ? 2 : outputs);

/** @param outputs rows × `width` @returns rows × `scoreWidth` */
export function scoresOf(link: Link, outputs: Float64Array, width: number): Float64Array {
  if (link === 'identity') return outputs;
  const rows = outputs.length / width;
  const classes = scoreWidth(link, width);
  const scores = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const own = outputs.subarray(row * width, (row + 1) * width);
    const into = scores.subarray(row * classes, (row + 1) * classes);
    if (link === 'softmax') softmax(own, into);
    else if (width > 1) shares(own, into);
    else {
      into[0] = link === 'sigmoid' ? sigmoid(-own[0]!) : 1 - own[0]!;
      into[1] = link === 'sigmoid' ? sigmoid(own[0]!) : own[0]!;
    }
  }
  return scores;
}

const sigmoid = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

function softmax(z: Float64Array, scores: Float64Array): void {
  let greatest = -Infinity;
  for (let i = 0; i < scores.length; i++) greatest = Math.max(greatest, z[i]!);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp(z[i]! - greatest);
  for (let i = 0; i < scores.length; i++) scores[i] = scores[i]! / sum;
}

/** Where no class has any share, all are equal. */
function shares(z: Float64Array, scores: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += z[i]!;
  for (let i = 0; i < scores.length; i++) scores[i] = sum > 0 ? z[i]! / sum : 1 / scores.length;
}
