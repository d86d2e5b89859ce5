import { compileExpression, expressionColumns } from '../../expressions/compileExpression';
import { expressionError, type ExpressionProblem } from '../../expressions/flaw';
import { reservedWords } from '../../expressions/parse/parsePrimary';
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

/** Words of the language may be written in any case, names of columns may not; `grade` is a column and `'grade'` a text. */
function plainToken({ kind, text }: Token, at: number, all: readonly Token[]): string {
  switch (kind) {
    case 'text':
      return `'${text.replaceAll("'", "''")}'`;
    case 'name':
      return `"${text.replaceAll('"', '""')}"`;
    case 'word': {
      const lower = text.toLowerCase();
      const isCall = all[at + 1]?.text === '(' && all[at + 1]?.kind === 'operator';
      return isCall || reservedWords.includes(lower) ? lower : text;
    }
    case 'operator':
      return sameOperators.get(text) ?? text;
    case 'number':
    case 'end':
      return text;
  }
}

const sameOperators: ReadonlyMap<string, string> = new Map([
  ['!=', '<>'],
  ['==', '='],
  ['**', '^'],
]);
