/** What a JSON document of MLflow's API may hold: 64-bit integers are numbers however large. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | RawJson | JsonObject;

/** A part that is JSON text already. */
export class RawJson {
  constructor(readonly text: string) {}
}

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

const LONG = /\d{16}/;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN/g;

/** A number that JavaScript's parser would round or refuse: an integer beyond 2^53, or Python's bare NaN and Infinity. */
export class Numeral {
  constructor(readonly text: string) {}
}

/** Reads a request's body as MLflow does: what is not a JSON object counts as `{}`. */
export const readJson = (body: Uint8Array): Readonly<Record<string, unknown>> => readObject(body) ?? {};

/** The object in a body, or undefined when it has something else. A text is read once more: old clients encode twice. */
export function readObject(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (body.length === 0) return {};
  const value = parseAny(decode(body));
  const inner = typeof value === 'string' ? parseAny(value) : value;
  return isObject(inner) ? inner : undefined;
}

function decode(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

const parseAny = (text: string): unknown =>
  LONG.test(text) ? parseNumerals(text) : (parse(text) ?? parseNumerals(text));

/** The number behind a name in a body, as it was written: `9.0` where JavaScript has 9. */
export function numberAsWritten(body: Uint8Array, name: string, value: number): string | undefined {
  const key = JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = decode(body).matchAll(new RegExp(`${key}\\s*:\\s*(-?\\d[\\d.eE+-]*)`, 'g'));
  return [...found].map(match => match[1]).find(text => Number(text) === value);
}

const camelCases = new Map<string, string>();

/** `run_id` as `runId`. */
export function camelCase(name: string): string {
  let camel = camelCases.get(name);
  if (camel === undefined) {
    camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    camelCases.set(name, camel);
  }
  return camel;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string, revive?: (key: string, value: unknown) => unknown): unknown {
  try {
    const value: unknown = JSON.parse(text, revive);
    return value;
  } catch {
    return undefined;
  }
}

/** What a numeral is written as for the parser; a text that begins so was one already. */
const MARK = '\u0000numeral:';

function parseNumerals(text: string): unknown {
  let count = 0;
  const quoted = text.replace(TOKENS, token => {
    if (token.startsWith('"') || !isNumeral(token)) return token;
    count++;
    return JSON.stringify(MARK + token);
  });
  return count === 0
    ? parse(quoted)
    : parse(quoted, (_, value) =>
        typeof value === 'string' && value.startsWith(MARK) ? new Numeral(value.slice(MARK.length)) : value,
      );
}

const isNumeral = (token: string): boolean =>
  /[NI]/.test(token) || (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)));

/** JSON in ASCII, as Python writes it. */
export const ascii = (json: string): string =>
  json.replace(/[\u0080-\uffff]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

const TEXT_OR_MARK = /"(?:[^"\\]|\\.)*"|[,:]/g;

/** JSON as Python writes it, for tags that MLflow's clients compare as texts: in ASCII, with blanks after `,` and `:`. */
export const pythonJson = (value: unknown): string =>
  ascii(JSON.stringify(value).replace(TEXT_OR_MARK, part => (part.startsWith('"') ? part : `${part} `)));

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
      if (value instanceof RawJson) return value.text;
      return isList(value) ? `[${value.map(writeJson).join(',')}]` : writeObject(value);
    default:
      return 'null';
  }
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);

/** NaN as text, infinities as the greatest numbers. */
export function writeNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? '"NaN"' : String(Math.sign(value) * Number.MAX_VALUE);
}

const names = new Map<string, string>();
function nameOf(key: string): string {
  let name = names.get(key);
  if (name === undefined) {
    if (names.size > 1_000) names.clear();
    name = `${JSON.stringify(key)}:`;
    names.set(key, name);
  }
  return name;
}

function writeObject(value: JsonObject): string {
  let text = '';
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${nameOf(key)}${writeJson(member)}`;
  }
  return `{${text}}`;
}
