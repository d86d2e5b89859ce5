import type { Span } from '../flaw';
import type { ValueType } from '../vectors';
import type { Compiled } from './compiled';
import type { Scalar } from './kernels';

export type FunctionGroup = 'conditions' | 'numbers' | 'texts' | 'times';

/** What an argument must be; `any` is left to the function. */
export type Parameter = 'number' | 'integer' | 'text' | 'time' | 'boolean' | 'any';

/** A function as people see it. */
export interface FunctionEntry {
  readonly name: string;
  /** Other names of the same. */
  readonly aliases?: readonly string[];
  readonly group: FunctionGroup;
  /** `substr(text, start[, length])` */
  readonly signature: string;
  readonly sentence: string;
}

export interface Call {
  /** As written, in lower case. */
  readonly name: string;
  readonly span: Span;
}

/** A function with what it does. */
export type ExpressionFunction = FunctionEntry & {
  readonly parameters: readonly Parameter[];
  /** How many must be there; absent: all. */
  readonly required?: number;
  /** The last one may come again. */
  readonly repeats?: true;
} & (
    | {
        /** Of numbers, times and booleans only: nulls do not reach it. */
        readonly numeric: (...args: number[]) => number;
        readonly result: ValueType | ((args: readonly Compiled[]) => ValueType);
      }
    | {
        readonly scalar: (args: readonly Scalar[]) => Scalar;
        readonly result: ValueType;
        /** Whether it sees nulls. */
        readonly nulls?: true;
      }
    | { readonly compile: (args: readonly Compiled[], call: Call) => Compiled }
  );
