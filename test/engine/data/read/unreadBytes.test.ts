import { expect, test } from 'vitest';
import { UnreadBytes } from '../../../../engine/data/read/unreadBytes';

const MiB = 1 << 20;
/** A file of so many bytes, each of which tells its place, that gives at most `most` at once. */
const file = (size: number, most = size) => {
  let at = 0;
  return {
    read: async (into: Buffer, offset: number, length: number): Promise<number> => {
      const given = Math.min(length, most, size - at);
      for (let i = 0; i < given; i++) into[offset + i] = (at + i) % 251;
      at += given;
      return given;
    },
  };
};
const tooLong = () => new Error('too long');
/** The byte at a place behind what was taken. */
const byteAt = (unread: UnreadBytes, i: number) => unread.bytes[unread.from + i];

test('what has not been taken stays in front of what is read next', async () => {
  const unread = new UnreadBytes(file(3 * MiB, 1000), { longest: 8 * MiB, tooLong });
  await unread.fill();
  expect([unread.from, unread.to, unread.ended]).toEqual([0, MiB, false]);
  unread.from = MiB - 10;
  await unread.fill();
  expect([unread.from, unread.to]).toEqual([0, MiB]);
  expect([0, 9, 10, 100].map(i => byteAt(unread, i))).toEqual([0, 9, 10, 100].map(i => (MiB - 10 + i) % 251));
});

test('it grows with a long row and ends with the file', async () => {
  const unread = new UnreadBytes(file(3 * MiB), { longest: 8 * MiB, tooLong });
  while (!unread.ended) await unread.fill();
  expect(unread.to - unread.from).toBe(3 * MiB);
  expect([0, MiB, 3 * MiB - 1].map(i => byteAt(unread, i))).toEqual([0, MiB, 3 * MiB - 1].map(i => i % 251));
});

test('a row that is longer than any may be is said', async () => {
  const unread = new UnreadBytes(file(9 * MiB), { longest: 2 * MiB, tooLong });
  const whole = async (): Promise<void> => {
    while (!unread.ended) await unread.fill();
  };
  await expect(whole()).rejects.toThrow('too long');
});
