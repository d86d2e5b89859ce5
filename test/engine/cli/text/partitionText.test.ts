import pc from 'picocolors';
import { expect, test } from 'vitest';
import { backfillText, filledLine, partitionsText } from '../../../../engine/cli/text/partitionText';
import { pipelineRunId } from '../../../../engine/ids';

const colors = pc.createColors(false);
const counts = { missing: 1, running: 0, succeeded: 2, failed: 1, outdated: 0 };

test('partitions: a line each, then how many there are', () => {
  const run = pipelineRunId('a'.repeat(32));
  const text = partitionsText(
    {
      pipeline: 'p',
      every: 'day',
      timezone: 'UTC',
      counts,
      partitions: [
        { partition: '2024-01-03', status: 'failed', run },
        { partition: '2024-01-04', status: 'missing' },
      ],
    },
    colors,
  );
  expect(text).toBe(
    '2 earlier ones not shown: --limit 4\n2024-01-03  failed\n2024-01-04  missing\n4 partitions, one a day (UTC): 2 succeeded, 1 failed, 1 missing.\n',
  );
  const none = { missing: 0, running: 0, succeeded: 0, failed: 0, outdated: 0 };
  expect(partitionsText({ pipeline: 'p', counts: none, partitions: [] }, colors)).toBe(
    'p has no partition that is over yet.\n',
  );
});

test('a back-fill: how each ended, then all', () => {
  const error = { code: 'step.failed' as const, message: 'It broke.' };
  expect(filledLine({ partition: '2024-01-03', status: 'failed', error }, colors)).toBe(
    '2024-01-03  failed  It broke.\n',
  );
  const partitions = [
    { partition: 'a', status: 'succeeded' as const },
    { partition: 'b', status: 'failed' as const, error },
    { partition: 'c', status: 'waiting' as const },
  ];
  expect(backfillText({ pipeline: 'p', partitions, skipped: 1 }, colors)).toBe(
    '1 partition of p filled, 1 failed, 1 not begun. 1 partition had been made already or ran.\n',
  );
  expect(backfillText({ pipeline: 'p', partitions: [], skipped: 0 }, colors)).toBe('Nothing is missing of p.\n');
});
