import { compileExpression, expressionColumns } from '../../expressions/compileExpression';
import { expressionError, type ExpressionProblem } from '../../expressions/flaw';
import { tokenize, type Token } from '../../expressions/parse/tokens';
import type { ExpressionReader } from './expressionReader';

/** The expressions of modelyard.yaml. */
export const sqlExpressions: ExpressionReader = {
  names: text => {
    const read = expressionColumns(text);
    return read.problem ? refuse(text, read.problem) : read.columns.map(({ name }) => name);
  },
  type: (text, columns) => {
    const compiled = compileExpression(text, { columns });
    return compiled.problem ? refuse(text, compiled.problem) : compiled.expression.type;
  },
  plain: text => tokenize(text).map(plainToken).join(' ').trim(),
};

function refuse(text: string, problem: ExpressionProblem): never {
  throw expressionError(text, problem);
}

/** Quotes stay: `grade` is a column and `'grade'` a text. */
function plainToken({ kind, text }: Token): string {
  if (kind === 'text') return `'${text.replaceAll("'", "''")}'`;
  return kind === 'name' ? `"${text.replaceAll('"', '""')}"` : text;
}
