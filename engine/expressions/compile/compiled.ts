import type { Span } from '../flaw';
import type { Values, ValueType, VectorBatch } from '../vectors';

/** A part of an expression whose type is known. */
export interface Compiled {
  readonly type: ValueType;
  readonly span: Span;
  /** The same for all rows. */
  readonly isConstant: boolean;
  /** A text as it was written, which becomes a date or a number where one is needed. */
  readonly literal?: string;
  run(batch: VectorBatch): Values;
}

const noColumns: VectorBatch = {
  rows: 1,
  column: name => {
    throw new TypeError(`A constant reads the column ${name}.`);
  },
};

type Work = (batch: VectorBatch) => Values;

/** A part over others: computed at once when all of them are constants. */
export function over(
  parts: readonly Compiled[],
  made: { readonly type: ValueType; readonly span: Span },
  run: Work,
): Compiled {
  if (!parts.every(part => part.isConstant)) return { ...made, isConstant: false, run };
  const values = run(noColumns);
  const constant: Values = { ...values, mask: 0 };
  return { ...made, isConstant: true, run: () => constant };
}

/** Takes part in several others: computed once a batch. */
export function shared(part: Compiled): Compiled {
  if (part.isConstant) return part;
  let last: { readonly batch: VectorBatch; readonly values: Values } | undefined;
  return {
    ...part,
    run: batch => {
      if (last?.batch !== batch) last = { batch, values: part.run(batch) };
      return last.values;
    },
  };
}
