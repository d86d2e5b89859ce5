import { ExpressionFlaw, type Span } from '../flaw';
import { over, type Compiled } from './compiled';
import { mapScalars, type Scalar } from './kernels';

export interface LikeOptions {
  readonly escape: string | undefined;
  readonly anyCase: boolean;
  readonly span: Span;
}

/** `%` is any text, `_` any character. Needs time in proportion to both lengths at most. */
export function like(text: Compiled, pattern: Compiled, { escape, anyCase, span }: LikeOptions): Compiled {
  if (escape !== undefined && Array.from(escape).length !== 1)
    throw new ExpressionFlaw('an escape is a single character', span);
  const compiled = new Map<string, readonly Piece[]>();
  const piecesOf = (source: string): readonly Piece[] => {
    const known = compiled.get(source);
    if (known) return known;
    if (compiled.size > 1000) compiled.clear();
    const pieces = parsePattern(source, escape);
    compiled.set(source, pieces);
    return pieces;
  };
  const fold = (value: string): string => (anyCase ? value.toLowerCase() : value);
  const of = ([value, source]: readonly Scalar[]): Scalar =>
    typeof value === 'string' && typeof source === 'string' && matches(Array.from(fold(value)), piecesOf(fold(source)))
      ? 1
      : 0;
  return over([text, pattern], { type: 'boolean', span }, batch =>
    mapScalars([text.run(batch), pattern.run(batch)], {
      rows: batch.rows,
      texts: false,
      textArgs: [true, true],
      nulls: false,
      of,
    }),
  );
}

type Piece = { readonly kind: 'any' } | { readonly kind: 'one' } | { readonly kind: 'character'; readonly is: string };

function parsePattern(source: string, escape: string | undefined): readonly Piece[] {
  const pieces: Piece[] = [];
  const characters = Array.from(source);
  for (let at = 0; at < characters.length; at++) {
    const is = characters[at]!;
    if (is === escape && at + 1 < characters.length) pieces.push({ kind: 'character', is: characters[++at]! });
    else if (is === '%') pieces.push({ kind: 'any' });
    else pieces.push(is === '_' ? { kind: 'one' } : { kind: 'character', is });
  }
  return pieces;
}

/** The usual walk that goes back to the last `%` only. */
function matches(text: readonly string[], pieces: readonly Piece[]): boolean {
  let [at, piece, anyAt, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = pieces[piece];
    if (wanted?.kind === 'any') {
      anyAt = piece++;
      resumeAt = at;
    } else if (wanted && (wanted.kind === 'one' || wanted.is === text[at])) {
      at++;
      piece++;
    } else if (anyAt >= 0) {
      piece = anyAt + 1;
      at = ++resumeAt;
    } else return false;
  }
  return pieces.slice(piece).every(({ kind }) => kind === 'any');
}
