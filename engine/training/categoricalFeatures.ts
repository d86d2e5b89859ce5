import type { Preparation } from './preparation';

/**
 * Which features are the numbers of categories (`encode: ordinal`): their order means nothing. Weights of evidence come
 * from the same kind of table, but are quantities.
 */
export const categoricalFeatures = ({ columns }: Preparation): boolean[] =>
  columns.flatMap(({ op, features }) =>
    features.map(() => op.op === 'map' && op.values.every((value, index) => value === index)),
  );
