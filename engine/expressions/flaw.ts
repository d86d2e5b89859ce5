import { ModelyardError } from '../errors';

/** What is wrong with an expression, and where. */
export interface ExpressionProblem {
  /** A sentence without the place: ``there is no column `incom` ``. */
  readonly message: string;
  /** Of the first and behind the last character that it is about, from 1. */
  readonly column: number;
  readonly end: number;
  /** The way out. */
  readonly fix?: string;
  /** What was probably meant by what stands there. */
  readonly nearest?: string;
}

/** Characters `from` to before `to` of the text, from 0. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Leaves the parser and the compiler, which hand it out as a problem. */
export class ExpressionFlaw extends Error {
  readonly problem: ExpressionProblem;

  constructor(message: string, { from, to }: Span, details: { readonly fix?: string; readonly nearest?: string } = {}) {
    super(message);
    this.problem = { message, column: from + 1, end: Math.max(to, from + 1) + 1, ...details };
  }
}

/** The problem as an error: `Expression \`a +\`, column 4: …` */
export function expressionError(text: string, { message, column, fix }: ExpressionProblem): ModelyardError {
  return new ModelyardError('config.invalid', `Expression \`${text}\`, column ${column}: ${message}.`, {
    ...(fix !== undefined && { fix }),
    data: { column },
  });
}
