/** Two numbers are close when they differ by no more than `absolute + relative · the larger one`. */
export const tolerance = { relative: 1e-6, absolute: 1e-9 } as const;

export const areClose = (a: number, b: number): boolean =>
  Object.is(a, b) ||
  a === b ||
  (Number.isFinite(a) &&
    Number.isFinite(b) &&
    Math.abs(a - b) <= tolerance.absolute + tolerance.relative * Math.max(Math.abs(a), Math.abs(b)));

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const isWhole = (text: string): boolean => /^-?\d+$/.test(text);

/** Whether texts (JSON, CSV, any) are the same but for fractions that are close; whole numbers must be the same. */
export function areCloseTexts(a: string, b: string): boolean {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (;;) {
    const [x, y] = [left.next(), right.next()];
    if (x.done === true || y.done === true) return x.done === y.done && x.value === y.value;
    if (x.value.between !== y.value.between) return false;
    const [p, q] = [x.value.number, y.value.number];
    if (p === q) continue;
    if ((isWhole(p) && isWhole(q)) || !areClose(Number(p), Number(q))) return false;
  }
}

interface Piece {
  readonly between: string;
  readonly number: string;
}

function* numbersOf(text: string): Generator<Piece, string> {
  let end = 0;
  for (const match of text.matchAll(number)) {
    yield { between: text.slice(end, match.index), number: match[0] };
    end = match.index + match[0].length;
  }
  return text.slice(end);
}
