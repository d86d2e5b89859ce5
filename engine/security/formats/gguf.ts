import { Cursor, EndOfBytes } from '../bytes/cursor';
import type { Scan, Target } from '../scan/scan';

/** Bytes of a value by its type; 8 is text, 9 a list. */
const sizes: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];
const mostEntries = 1_000_000;
/** What templates reach Python with. */
const reaching = /__\w+__|\battr\b|\bself\._|\.mro\b|\bcycler\b|\blipsum\b|\bjoiner\b|\bpopen\b|\bos\.|\bimport\b/;

class GgufBroken extends Error {}

/** Scans the header of a GGUF: a chat template is code of Jinja, which some runners run without a sandbox. */
export function scanGguf(scan: Scan, target: Target): boolean {
  if (target.source.read(0, 4).toString('latin1') !== 'GGUF') return false;
  try {
    header(scan, target, new Cursor(target.source, 4));
  } catch (error) {
    if (!(error instanceof EndOfBytes) && !(error instanceof GgufBroken)) throw error;
    scan.report(target, {
      kind: 'malformed',
      verdict: 'block',
      severity: 'medium',
      sentence: `The GGUF cannot be read: ${error instanceof GgufBroken ? error.message : 'it is cut off'}.`,
    });
  }
  return true;
}

function header(scan: Scan, target: Target, cursor: Cursor): void {
  const version = cursor.u32();
  if (version < 2 || version > 3) throw new GgufBroken(`it is of version ${version}`);
  cursor.u64();
  const count = cursor.u64();
  if (count > mostEntries) throw new GgufBroken(`it has ${count} entries`);
  for (let index = 0; index < count; index += 1) {
    const key = cursor.take(cursor.u64()).toString('utf8');
    const type = cursor.u32();
    const offset = cursor.position;
    if (type === 8) {
      const text = cursor.take(cursor.u64()).toString('utf8');
      const found = key.includes('template') ? reaching.exec(text) : null;
      if (found !== null)
        scan.report(target, {
          kind: 'template-code',
          verdict: 'block',
          severity: 'high',
          offset,
          sentence: `The template ${key.slice(0, 80)} has ${found[0]}, with which templates reach code.`,
        });
    } else skip(cursor, type, 0);
    scan.tick();
  }
}

function skip(cursor: Cursor, type: number, depth: number): void {
  const size = sizes[type];
  if (size !== undefined) cursor.skip(size);
  else if (type === 8) cursor.skip(cursor.u64());
  else if (type === 9 && depth <= 8) skipList(cursor, depth);
  else throw new GgufBroken(`it has a value of type ${type}`);
}

function skipList(cursor: Cursor, depth: number): void {
  const inner = cursor.u32();
  const count = cursor.u64();
  const each = sizes[inner];
  if (each !== undefined) {
    cursor.skip(each * count);
    return;
  }
  if (count > 10 * mostEntries) throw new GgufBroken(`it has a list of ${count}`);
  for (let index = 0; index < count; index += 1) skip(cursor, inner, depth + 1);
}
