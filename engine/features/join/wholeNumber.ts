const plain = /^-?(?:0|[1-9]\d*)$/;
const decimal = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
/** Digits of the longest number that is a key. */
const longest = 400;

/**
 * The rule of all keys of the type `integer`, wherever they come from: a text is one when it is a number as JSON writes them and
 * exactly a whole one: `7`, ` 7 `, `7.0` and `7e0` are `7`, `1e3` is `1000`, `-0` is `0`, however large. `07`, `+7`, `7.`, `7.5`
 * and `1e-400` are none. A number that is no text is a key when it is whole and within ±(2^53 − 1): beyond it may have been rounded.
 * @returns the one way to write it; undefined: it is none
 */
export function wholeNumberText(text: string): string | undefined {
  const given = text.trim();
  if (plain.test(given)) return given === '-0' ? '0' : given;
  const match = decimal.exec(given);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = Math.max(0, whole.length + Number(exponent));
  if (point > longest || /[1-9]/.test(digits.slice(point))) return undefined;
  const value = digits.slice(0, point).padEnd(point, '0').replace(/^0+/, '');
  return value === '' ? '0' : sign + value;
}
