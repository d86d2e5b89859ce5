import type { ByteSource } from '../bytes/source';
import type { Draft } from '../scan/scan';

/** Message 7: the numbers are in other files. `[0] [reserved] slots used heap`, after a header of version 1 or 2. */
const externalFiles = /\x07(?:\x00[\s\S]{3}\0\0\0|[\s\S]{3}|[\s\S]{5})\x01\0\0\0([\s\S]{2})([\s\S]{2})([\s\S]{8})/g;
/** Layout of class 3: the numbers are those of other datasets, whose names are in the global heap. */
const virtual = /[\x04\x05]\x03([\s\S]{8})[\s\S]{4}/g;
/** A link of type 64, whose flags say that its type is written: `1 flags 64 …`. */
const externalLink = /\x01[\x08-\x1f]\x40/g;
/** A fractal heap with the length of its filters, by which what is in it would be packed. */
const packedHeap = /FRHP\0[\s\S]{2}([\s\S]{2})/g;

const u16 = (text: string, at = 0): number => text.charCodeAt(at) + text.charCodeAt(at + 1) * 256;

/**
 * What of a part of an HDF5 leads out of the file, or cannot be looked into. The messages are found by their bytes and
 * held for what they say only if what they point at is there: an attacker can hide none by how he nests his groups.
 * @param text bytes of the file, as latin1; findings are of what begins in the first `most`
 */
export function* hdf5Outside(text: string, most: number, { source, base }: Place): Generator<Draft> {
  const points = (address: string, signature: string): boolean => {
    const at = Number(Buffer.from(address, 'latin1').readBigUInt64LE());
    return [at, at + base].some(
      place => Number.isSafeInteger(place) && source.read(place, 4).toString('latin1') === signature,
    );
  };
  for (const { index, 1: slots = '', 2: used = '', 3: heap = '' } of text.matchAll(externalFiles))
    if (index < most && u16(used) > 0 && u16(used) <= u16(slots) && points(heap, 'HEAP'))
      yield outside(index, 'The numbers of a dataset are in other files, which are read when the model is loaded.');
  for (const { index, 1: heap = '' } of text.matchAll(virtual))
    if (index < most && points(heap, 'GCOL'))
      yield outside(index, 'A dataset is put together of datasets that may be in other files.');
  for (const { index } of text.matchAll(externalLink))
    if (index < most && leadsOut(text, index))
      yield outside(index, 'A link of it leads into another file, which is read when the model is loaded.');
  for (const { index, 1: filters = '' } of text.matchAll(packedHeap))
    if (index < most && u16(filters) > 0)
      yield {
        ...outside(index, 'Its links or attributes are packed: nobody has looked at what is in them.'),
        kind: 'unreadable',
      };
}

interface Place {
  readonly source: ByteSource;
  /** Where the superblock is. */
  readonly base: number;
}

/** Whether a name and, as its value, a file and a path within it follow. */
function leadsOut(text: string, start: number): boolean {
  const flags = text.charCodeAt(start + 1);
  let at = start + 3 + ((flags & 4) === 0 ? 0 : 8) + ((flags & 16) === 0 ? 0 : 1);
  const width = 1 << (flags & 3);
  let length = 0;
  for (let index = 0; index < Math.min(width, 4); index += 1) length += text.charCodeAt(at + index) * 256 ** index;
  at += width + length;
  const value = text.slice(at + 2, at + 2 + u16(text, at));
  return length > 0 && /^\0[^\0]+\0[^\0]+\0$/.test(value) && value.length === u16(text, at);
}

const outside = (offset: number, sentence: string): Draft => ({
  ...{ kind: 'external-data', verdict: 'block', severity: 'high' },
  offset,
  sentence,
});
