const classes: readonly (readonly [RegExp, string])[] = [
  [/[A-Z]/, '[A-Z]'],
  [/[a-z]/, '[a-z]'],
  [/\d/, String.raw`\d`],
];
const longest = 40;

/**
 * A regular expression that all texts match, when they are made alike, as codes are: `A91`, `B07` → `[A-Z]\d{2}`.
 * Undefined for texts of different make, and for words.
 */
export function shapeOf(texts: readonly string[]): string | undefined {
  const [first] = texts;
  if (first === undefined || first.length > longest) return undefined;
  const shape = signs(first);
  if (!shape.some(sign => sign === String.raw`\d`)) return undefined;
  return texts.every(text => text.length === first.length && signs(text).every((sign, i) => sign === shape[i]))
    ? joined(shape)
    : undefined;
}

const signs = (text: string): readonly string[] =>
  Array.from(
    { length: text.length },
    (_, i) =>
      classes.find(([test]) => test.test(text[i]!))?.[1] ?? text[i]!.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`),
  );

function joined(shape: readonly string[]): string {
  let pattern = '';
  for (let i = 0; i < shape.length;) {
    let end = i + 1;
    while (end < shape.length && shape[end] === shape[i]) end++;
    pattern += end - i === 1 ? shape[i]! : `${shape[i]!}{${end - i}}`;
    i = end;
  }
  return pattern;
}
