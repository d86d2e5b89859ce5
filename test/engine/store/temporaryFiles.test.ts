import { expect, test } from 'vitest';
import { memoryFiles } from '../../../engine/store/memoryFiles';
import { temporaryFiles } from '../../../engine/store/temporaryFiles';
import { openTestStore } from '../../support/store';

const flags = { write: true, create: true, exclusive: true, truncate: false };

test('small in memory, large on the disk, the same to read', () => {
  const opened: string[] = [];
  const { files: host } = memoryFiles();
  const files = temporaryFiles(
    { ...host, open: (file, ...rest) => (opened.push(file), host.open(file, ...rest)) },
    1000,
  );
  const fd = files.open('ignored', flags, 0o600);
  const content = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 251));
  for (let at = 0; at < content.length; at += 300) {
    files.write(fd, content.subarray(at, at + 300), at);
    expect(opened).toHaveLength(at + 300 > 1000 ? 1 : 0);
    const read = Buffer.alloc(4000);
    expect(files.read(fd, read, 0)).toBe(at + 300);
    expect(read.subarray(0, at + 300).equals(content.subarray(0, at + 300))).toBe(true);
    expect(files.statOpen(fd).size).toBe(BigInt(at + 300));
  }
  files.truncate(fd, 10);
  expect(files.statOpen(fd).size).toBe(10n);
  files.close(fd);
  expect(() => files.read(fd, Buffer.alloc(1), 0)).toThrow('ENOENT');
});

test('what was cut off reads as nothing, and as zeros when the file grows again', () => {
  const files = temporaryFiles();
  const fd = files.open('ignored', flags, 0o600);
  files.write(fd, Buffer.from('abcdef'), 0);
  files.truncate(fd, 2);
  const read = Buffer.alloc(8, 'x');
  expect(files.read(fd, read, 0)).toBe(2);
  expect(files.read(fd, read, 5)).toBe(0);
  files.write(fd, Buffer.from('z'), 4);
  expect(files.read(fd, read, 0)).toBe(5);
  expect(read.toString('latin1', 0, 5)).toBe('ab\0\0z');
});

test('a sort larger than the memory kept for it', async () => {
  const { db } = await openTestStore({ cacheKiB: 100 });
  db.exec('CREATE TABLE t (x TEXT)');
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
    INSERT INTO t SELECT printf('%08d-%0100d', (i * 7919) % 60000, i) FROM n`);
  let previous = '';
  let count = 0;
  for (const row of db.prepare('SELECT x FROM t ORDER BY x').iterate()) {
    const value = String(row['x']);
    if (value <= previous) throw new Error(`${value} after ${previous}`);
    previous = value;
    count++;
  }
  expect(count).toBe(60_000);
});
