import { writeJson } from './json';
import type { JsonObject } from './json';

/** An answer that is JSON text already, in UTF-8. */
export class JsonBytes {
  constructor(readonly bytes: Uint8Array) {}
}

const PIECE = 1 << 16;

/**
 * `{"name":[…],…}` of items that are JSON text each; without items the list is left out. The items are taken one by one
 * and turned into bytes at once, so that of a list of a million none but the last few are in memory as text.
 */
export function jsonList(name: string, items: Iterable<string>, rest: JsonObject = {}): JsonBytes {
  const pieces: Buffer[] = [];
  const others = writeJson(rest).slice(1, -1);
  let text = '';
  let isEmpty = true;
  for (const item of items) {
    text += isEmpty ? `{${JSON.stringify(name)}:[` : ',';
    text += item;
    isEmpty = false;
    if (text.length < PIECE) continue;
    pieces.push(Buffer.from(text));
    text = '';
  }
  text += isEmpty ? `{${others}}` : `]${others === '' ? '' : ','}${others}}`;
  pieces.push(Buffer.from(text));
  return new JsonBytes(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces));
}
