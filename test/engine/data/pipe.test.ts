import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readFrame } from '../../../engine/data/frame';
import { temporaryFolder } from '../../support/store';

test.skipIf(process.platform === 'win32')('a named pipe is refused at once, not waited for', async () => {
  const file = path.join(temporaryFolder(), 'data.csv');
  execFileSync('mkfifo', [file]);
  const source = { name: 'pipe', path: file, format: 'csv', missing: [], expect: [] } as const;
  await expect(readFrame(source, new AbortController().signal)).rejects.toMatchObject({
    code: 'data.unreadable',
    message: expect.stringContaining('not a regular file'),
  });
});
