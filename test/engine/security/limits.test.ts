import fs, { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ScanLimits } from '../../../engine/security/scan/scanFile';
import { scanFile } from '../../../engine/security/scan/scanFile';
import { temporaryFolder } from '../../support/store';
import { externalTensor, onnx, zip } from './corpus/archives';
import { calling, harmless, join } from './corpus/assemble';

function scan(bytes: Buffer, name = 'model.bin', limits: Partial<ScanLimits> = {}) {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, bytes);
  return scanFile({ file: name, path: file }, { limits });
}

const blocked = (kind: string) => ({
  file: { verdict: 'block' },
  findings: expect.arrayContaining([expect.objectContaining({ kind, verdict: 'block' })]),
});

test('of a file of 5 GiB a bounded part is read, whatever it says it is', () => {
  const file = path.join(temporaryFolder(), 'sparse');
  const read = vi.spyOn(fs, 'readSync');
  for (const head of ['\x80\x04', 'PK\x03\x04', 'V']) {
    writeFileSync(file, Buffer.from(head, 'latin1'));
    truncateSync(file, 5 * 2 ** 30);
    read.mockClear();
    expect(scanFile({ file: 'sparse', path: file }).file.verdict, head).not.toBe('pass');
    const bytes = read.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
    expect(bytes, head).toBeLessThan(512 * 2 ** 20);
  }
  read.mockRestore();
});

test('what unpacks to more than a scan may unpack blocks', () => {
  const packed = zip([{ name: 'zeros', content: Buffer.alloc(4 << 20), deflate: true }]);
  expect(scan(packed, 'model.zip', { unpacked: 1 << 20 })).toMatchObject(blocked('limit'));
});

test('more entries than a scan looks at block', () => {
  const many = zip(Array.from({ length: 50 }, (_, index) => ({ name: `${index}`, content: harmless() })));
  expect(scan(many, 'model.zip', { entries: 20 })).toMatchObject(blocked('limit'));
  expect(scan(many, 'model.zip', { entries: 200 }).file.verdict).toBe('pass');
});

test('a scan that takes longer than it may blocks', () => {
  expect(scan(harmless(), 'model.pkl', { time: -1 })).toMatchObject(blocked('limit'));
});

test('archives within each other without an end block', () => {
  let inner = zip([{ name: 'model.pkl', content: harmless() }]);
  for (let depth = 0; depth < 12; depth += 1) inner = zip([{ name: 'inner.zip', content: inner, deflate: true }]);
  expect(scan(inner, 'model.zip')).toMatchObject(blocked('archive-bomb'));
});

test('entries that share their content, as in a bomb, block', () => {
  const one = zip([{ name: 'a', content: Buffer.alloc(4096) }]);
  const start = one.indexOf('PK\x01\x02', 0, 'latin1');
  const entry = one.subarray(start, one.lastIndexOf('PK\x05\x06', undefined, 'latin1'));
  const other = Buffer.from(entry);
  other.write('b', 46);
  const end = Buffer.from(one.subarray(start + entry.length));
  for (const at of [8, 10]) end.writeUInt16LE(2, at);
  end.writeUInt32LE(entry.length * 2, 12);
  expect(scan(join(one.subarray(0, start), entry, other, end), 'bomb.zip')).toMatchObject(blocked('archive-bomb'));
});

test('a pickle of three million opcodes is followed to its end', () => {
  const list = join('\x80\x04(', Buffer.alloc(3_000_000, 'N'), '1', calling('os', 'system').subarray(2));
  expect(scan(list, 'list.pkl')).toMatchObject(blocked('denied-global'));
});

test('an ONNX does not pass wherever it is cut off', () => {
  const whole = onnx(externalTensor('weights.bin'));
  for (let length = 1; length < whole.length; length += 1)
    expect(scan(whole.subarray(0, length), 'm.onnx').file.verdict, `${length}`).not.toBe('pass');
});

test('a file that is two things is scanned as both', () => {
  const polyglot = zip(
    [{ name: 'a.txt', content: Buffer.from('x') }],
    join('GIF89a\0\0\0', calling('os', 'system').subarray(2)),
  );
  expect(scan(polyglot, 'picture.gif')).toMatchObject(blocked('denied-global'));
});
