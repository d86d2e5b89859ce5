import { asVector, every, numbersOf, textsOf, type NumberVector, type Vector, type VectorBatch } from '../vectors';
import type { Compiled } from './compiled';

/** Numbers are computed in so many rows at a time, whose values stay in the processor's caches. */
const rowsAtOnce = 8192;

/** Computes the values of an expression for the rows of a batch, in arrays of their own. */
export function evaluation(compiled: Compiled, columns: readonly string[]): (batch: VectorBatch) => Vector {
  const isText = compiled.type === 'string';
  return batch => {
    const { rows } = batch;
    const numbers = isText || rows <= rowsAtOnce ? undefined : numberColumns(batch, columns);
    if (numbers) return inParts(compiled, numbers, rows);
    const values = compiled.run(batch);
    return asVector(isText ? textsOf(values) : numbersOf(values), rows);
  };
}

/** Undefined when there are texts: those are computed once for each different one of all rows. */
function numberColumns(batch: VectorBatch, columns: readonly string[]): ReadonlyMap<string, NumberVector> | undefined {
  const found = new Map<string, NumberVector>();
  for (const name of columns) {
    const vector = batch.column(name);
    if (vector.kind === 'text') return undefined;
    found.set(name, vector);
  }
  return found;
}

function inParts(compiled: Compiled, columns: ReadonlyMap<string, NumberVector>, rows: number): NumberVector {
  const result = new Float64Array(rows);
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const to = Math.min(rows, from + rowsAtOnce);
    const part: VectorBatch = {
      rows: to - from,
      column: name => ({ kind: 'number', values: columns.get(name)!.values.subarray(from, to) }),
    };
    const { values, mask } = numbersOf(compiled.run(part));
    if (mask === every) result.set(values.subarray(0, to - from), from);
    else result.fill(values[0]!, from, to);
  }
  return { kind: 'number', values: result };
}
