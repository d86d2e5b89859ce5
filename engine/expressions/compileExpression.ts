import type { ColumnType } from '../protocol/data';
import { isColumnType, withArticle } from './compile/coerce';
import { evaluation } from './compile/evaluation';
import { NodeCompiler } from './compile/compileNode';
import { ExpressionFlaw, type ExpressionProblem } from './flaw';
import { partsOf, type ExpressionNode } from './node';
import { parseExpression } from './parseExpression';
import type { Vector, VectorBatch } from './vectors';

export interface CompiledExpression {
  readonly text: string;
  readonly type: ColumnType;
  /** That it reads, each once, in order of appearance. */
  readonly columns: readonly string[];
  /** The values of all rows, in arrays of their own. */
  evaluate(batch: VectorBatch): Vector;
}

/** Either the one or the other. */
export type ExpressionResult<T> = ({ readonly problem: undefined } & T) | { readonly problem: ExpressionProblem };

/**
 * Compiles a SQL expression over the columns of a row: `credit_amount / (duration * income)`. What has no value (a division
 * by zero, the logarithm of 0, an integer beyond 2^53, a text that is no number) is null, and nulls propagate as in SQL.
 */
export function compileExpression(
  text: string,
  { columns }: { readonly columns: ReadonlyMap<string, ColumnType> },
): ExpressionResult<{ readonly expression: CompiledExpression }> {
  return orProblem(() => {
    const root = parseExpression(text);
    const compiled = new NodeCompiler(root, columns).compile(root);
    const { type } = compiled;
    if (!isColumnType(type)) throw noType(type, root);
    const names = columnsOf(root).map(({ name }) => name);
    return { problem: undefined, expression: { text, type, columns: names, evaluate: evaluation(compiled, names) } };
  });
}

export interface ColumnMention {
  readonly name: string;
  /** Of where it is named first; from 1, `end` behind it. */
  readonly column: number;
  readonly end: number;
}

/** The columns that an expression reads, each once, in order of appearance; whether they exist is not asked. */
export const expressionColumns = (text: string): ExpressionResult<{ readonly columns: readonly ColumnMention[] }> =>
  orProblem(() => ({ problem: undefined, columns: columnsOf(parseExpression(text)) }));

function columnsOf(root: ExpressionNode): readonly ColumnMention[] {
  const found = new Map<string, ColumnMention>();
  const seen = new Set<ExpressionNode>();
  const visit = (node: ExpressionNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'column' && !found.has(node.name))
      found.set(node.name, { name: node.name, column: node.span.from + 1, end: node.span.to + 1 });
    for (const part of partsOf(node)) visit(part);
  };
  visit(root);
  return [...found.values()].toSorted((a, b) => a.column - b.column);
}

function orProblem<T extends { readonly problem: undefined }>(
  work: () => T,
): T | { readonly problem: ExpressionProblem } {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpressionFlaw) return { problem: error.problem };
    throw error;
  }
}

function noType(type: 'interval' | 'months' | 'null', { span }: ExpressionNode): ExpressionFlaw {
  if (type === 'null')
    return new ExpressionFlaw('it is always null, and of no type', span, { fix: 'Say one: `cast(null as number)`.' });
  return new ExpressionFlaw(`it gives ${withArticle(type)}, which is no type of a column`, span, {
    fix: 'Write the days between two times as `days_between(from, to)`, or seconds as `extract(epoch from …)`.',
  });
}
