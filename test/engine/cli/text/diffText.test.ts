import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import { expect, test } from 'vitest';
import { runDiffText } from '../../../../engine/cli/text/diffText';
import { unifiedText } from '../../../../engine/cli/text/unifiedText';
import { temporaryFolder } from '../../../support/store';

const colors = pc.createColors(false);
const labels = { before: 'a', after: 'b' };
const long = Array.from({ length: 60 }, (_, at) => `line ${at}`);
const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

test.each<[string, string | undefined, string | undefined]>([
  ['a change in the middle, and lines taken out further down', text(long), text(long.with(20, 'x').toSpliced(50, 3))],
  ['lines put in at the beginning and the end', text(long), text(['first', ...long, 'last'])],
  ['a new file', undefined, text(['1', '2'])],
  ['a file that is gone', text(['1', '2']), undefined],
  ['a file that is emptied', text(['1']), ''],
])('git applies it: %s', (_name, before, after) => {
  const folder = temporaryFolder();
  if (before !== undefined) writeFileSync(path.join(folder, 'f.txt'), before);
  const file = { path: 'f.txt', ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  execFileSync('git', ['apply', '--verbose', '-'], {
    cwd: folder,
    input: unifiedText(file, labels, colors),
    stdio: 'pipe',
  });
  const now = execFileSync('sh', ['-c', 'cat f.txt 2>/dev/null || echo gone'], { cwd: folder, encoding: 'utf8' });
  expect(now).toBe(after ?? 'gone\n');
});

test('what is no text, or differs in line ends alone, is said', () => {
  expect(unifiedText({ path: 'f', isOpaque: true }, labels, colors)).toBe(
    'a/f and b/f differ (no text, or too long to be shown)\n',
  );
  expect(unifiedText({ path: 'f', before: '1\r\n', after: '1\n' }, labels, colors)).toContain(
    '(only line ends differ)',
  );
});

test('nothing differs, as far as it is known', () => {
  const side = { label: 'r-1' };
  const none = { params: [], code: [], data: [], metrics: [], environment: [] };
  expect(runDiffText({ before: side, after: side, ...none, notes: ['Not all.'] }, colors)).toBe(
    'r-1 with the working tree (no commit) → r-1 with the working tree (no commit)\nNothing differs.\n\nnote: Not all.\n',
  );
  expect(
    runDiffText(
      { before: side, after: side, ...none, metrics: [{ name: 'auc', before: 0.5, after: 0.75 }], notes: [] },
      colors,
    ),
  ).toContain('\nmetrics\n  auc  0.5  →  0.75\n');
});
