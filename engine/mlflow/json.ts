/** What a JSON document of MLflow's API may hold: 64-bit integers are numbers however large. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

const LONG = /\d{16}/;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN/g;

/**
 * Reads a request's body as MLflow does: what is not a JSON object counts as `{}`. Integers beyond 2^53 come as text
 * (which is accepted wherever they are), and so do the bare NaN and Infinity that Python writes.
 */
export function readJson(body: Uint8Array): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  const value = LONG.test(text) ? parse(quoteNumbers(text)) : (parse(text) ?? parse(quoteNumbers(text)));
  return isObject(value) ? value : {};
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Puts quotes around the numbers that JavaScript's parser would round or refuse. */
const quoteNumbers = (text: string): string =>
  text.replace(TOKENS, token =>
    !token.startsWith('"') &&
    (/[NI]/.test(token) || (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token))))
      ? `"${token}"`
      : token,
  );

/** Writes JSON with 64-bit integers as they are, NaN as "NaN" and infinities as the greatest numbers. */
export function writeJson(value: Json | undefined): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return writeNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return isList(value) ? `[${value.map(writeJson).join(',')}]` : writeObject(value);
    default:
      return 'null';
  }
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return '"NaN"';
  return JSON.stringify(Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE);
}

function writeObject(value: JsonObject): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`).join(',')}}`;
}
