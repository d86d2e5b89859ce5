import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Row } from '../store/database';
import { invalid } from './invalid';

export type KeyPart = string | number | bigint | null;

const Token = v.object({ q: v.string(), k: v.array(v.string()) });

/** What the pages of one question have in common: another question's token is refused. */
const fingerprint = (query: unknown): string =>
  createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12);

const write = (part: KeyPart): string => {
  if (part === null) return '-';
  if (typeof part === 'string') return `s${part}`;
  return typeof part === 'bigint' ? `i${part}` : `n${part}`;
};

function read(text: string): KeyPart {
  const rest = text.slice(1);
  if (text.startsWith('s')) return rest;
  if (text.startsWith('i') && /^-?\d+$/.test(rest)) return BigInt(rest);
  if (text.startsWith('n') && rest !== '' && !Number.isNaN(Number(rest))) return Number(rest);
  if (text === '-') return null;
  throw new SyntaxError(text);
}

/** An opaque token that names the last row of a page. */
export function pageToken(query: unknown, key: readonly KeyPart[]): string {
  return Buffer.from(JSON.stringify({ q: fingerprint(query), k: key.map(write) })).toString('base64url');
}

/** The place of a row in its search, from its columns `k0`, `k1`, … */
export function keyOf(row: Row, columns: number): readonly KeyPart[] {
  return Array.from({ length: columns }, (_, index) => {
    const value = row[`k${index}`];
    if (value === undefined || value instanceof Uint8Array) throw new TypeError(`Column k${index} cannot be a key.`);
    return value;
  });
}

/** @throws ModelyardError `params.invalid` when the token was not made for this query. */
export function readPageToken(query: unknown, token: string, parts: number): readonly KeyPart[] {
  let found: v.InferOutput<typeof Token> | undefined;
  let key: readonly KeyPart[] = [];
  try {
    const json: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    found = v.parse(Token, json);
    key = found.k.map(read);
  } catch {
    found = undefined;
  }
  if (found === undefined || key.length !== parts) throw invalid('Invalid page token', 'Begin with the first page.');
  if (found.q !== fingerprint(query))
    throw invalid('Invalid page token: it belongs to another search', 'Begin with the first page.');
  return key;
}
