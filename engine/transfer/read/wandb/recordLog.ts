import { crc32 } from 'node:zlib';
import { unreadable } from '../failures';
import fs from 'node:fs';

/** Blocks of LevelDB's log format; W&B puts a header of its own before the first. */
const BLOCK = 32_768;
const HEADER = 7;
const MAGIC = Buffer.from(':W&B\u00e1\u00be\u0000', 'latin1');
const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;
const MOST = 256 << 20;

/**
 * The records of a `.wandb` file. What a crash left of the last one is passed over, as W&B's own reader does; a damage in the
 * middle is an error.
 * @throws ModelyardError `data.unreadable`
 */
export function* readRecords(file: string, fd: number): Generator<Uint8Array> {
  const { size } = fs.fstatSync(fd);
  const block = Buffer.alloc(BLOCK);
  let parts: Buffer[] = [];
  let length = 0;
  for (let start = 0; start < size; start += BLOCK) {
    const read = fs.readSync(fd, block, 0, BLOCK, start);
    let at = 0;
    if (start === 0) {
      if (!block.subarray(0, HEADER).equals(MAGIC)) throw unreadable(file, 'it does not begin as a file of W&B does');
      at = HEADER;
    }
    while (at + HEADER <= read) {
      const bytes = block.readUInt16LE(at + 4);
      const type = block.readUInt8(at + 6);
      if (type === 0 && bytes === 0) break; // the rest of the block is padding
      const data = block.subarray(at + HEADER, at + HEADER + bytes);
      if (at + HEADER + bytes > read) return; // cut off by a crash
      if (crc32(data, crc32(block.subarray(at + 6, at + 7))) !== block.readUInt32LE(at)) {
        if (start + BLOCK >= size) return;
        throw unreadable(file, `it is damaged at byte ${start + at}`);
      }
      at += HEADER + bytes;
      if (type === FULL || type === FIRST) {
        parts = [];
        length = 0;
      }
      length += bytes;
      if (length > MOST) throw unreadable(file, 'it has a record without end');
      if (type === FULL) yield data;
      else if (type === FIRST || type === MIDDLE) parts.push(Buffer.from(data));
      else if (type === LAST) yield Buffer.concat([...parts, data]);
      else throw unreadable(file, `it has a part of an unknown kind at byte ${start + at}`);
    }
  }
}
