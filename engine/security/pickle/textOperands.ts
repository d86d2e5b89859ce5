import { Broken } from './stack';

/** Of `S'…'` (protocol 0): the bytes between its quotes, with Python's escapes resolved. */
export function quotedBytes(line: Buffer, offset: number): Buffer {
  const text = line.toString('latin1').trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote)
    throw new Broken('a text of it has no quotes around it', offset);
  return Buffer.from(unescapeBytes(text.slice(1, -1)), 'latin1');
}

const simple: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '' },
};

const unescapeBytes = (text: string): string =>
  text.replaceAll(/\\(?:x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, escape => {
    if (/^\\x./.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
    if (/^\\[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(1), 8) & 0xff);
    return simple[escape.slice(1)] ?? escape;
  });

/** Of `V…` (protocol 0): `raw-unicode-escape`, so that `\u0061` is an a. */
export const rawUnicode = (line: Buffer, offset: number): string =>
  line.toString('latin1').replaceAll(/\\+(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/g, escape => {
    const slashes = escape.search(/[uU]/);
    if (slashes % 2 === 0) return escape;
    const code = Number.parseInt(escape.slice(slashes + 1), 16);
    if (code > 0x10_ff_ff) throw new Broken('a text of it has a character that there is none of', offset);
    return escape.slice(0, slashes - 1) + String.fromCodePoint(code);
  });

/** The number of a line of `I` or `L`, which may be written as a literal of Python or, for C, with a leading zero. */
export function literalNumber(line: Buffer, offset: number): number {
  const text = line.toString('latin1').trim().replace(/L$/, '').replaceAll('_', '');
  const found = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]+)$/.exec(text);
  if (found === null) return lineNumber(line, offset);
  const [, sign, digits = ''] = found;
  // C and Python read a leading zero differently: none of the numbers that count is written so.
  if (/^0\d/.test(digits)) return Number.NaN;
  return (sign === '-' ? -1 : 1) * Number(digits);
}

/** The number of a line of `p`ut or `g`et, as Python's `int` reads it. */
export function lineNumber(line: Buffer, offset: number): number {
  const text = line.toString('latin1').trim().replace(/L$/, '').replaceAll('_', '');
  if (!/^[+-]?\d+$/.test(text)) throw new Broken('a number of it is none', offset);
  return Number(text);
}

/** Little-endian two's complement; beyond 2^53 not exact. */
export function longNumber(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  if (bytes.length > 8) return (bytes.at(-1) ?? 0) >= 128 ? -Number.MAX_VALUE : Number.MAX_VALUE;
  const whole = Buffer.alloc(8, (bytes.at(-1) ?? 0) >= 128 ? 0xff : 0);
  bytes.copy(whole);
  return Number(whole.readBigInt64LE());
}
