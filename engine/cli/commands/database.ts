import path from 'node:path';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { CollectedObjects } from '../../protocol/engine';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { bytesText } from '../text/numbers';
import { plural } from '../../plural';

/** `modelyard db copy <to>`: a compacted copy of the database, taken while it is in use. */
export async function copyCommand(invocation: Invocation, to: string): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const target = path.resolve(invocation.io.cwd, to);
  const copy = await withEngine(place, client => client.call('db/copy', { to: target }));
  answer(invocation, { json: copy, text: () => `Copied ${plural(copy.bytes, 'byte')} to ${copy.path}\n` });
  return exitCodes.ok;
}

/** `modelyard db check`: reads everything; problems make it fail. */
export async function checkCommand(invocation: Invocation): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const { out } = invocation.colors;
  const check = await withEngine(place, client => client.call('db/check', {}));
  answer(invocation, {
    json: check,
    text: () =>
      check.ok
        ? `${out.green('✓')} ${check.path}: ${plural(check.bytes, 'byte')}, schema ${check.schemaVersion}, no problems\n`
        : `${out.red('✗')} ${check.path}\n${check.problems.map(problem => `  ${problem}\n`).join('')}`,
  });
  return check.ok ? exitCodes.ok : exitCodes.failed;
}

/** `modelyard gc`: what no run, model or dataset refers to any more; counted, and removed with `--remove`. */
export async function gcCommand(invocation: Invocation, remove: boolean): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const collected = await interruptible(signal =>
    withEngine(place, client => client.call('db/collect', { remove }, { signal }), { signal }),
  );
  answer(invocation, { json: collected, text: () => collectedText(collected) });
  return exitCodes.ok;
}

/** `12 files (3.4 MB) that nothing refers to can be removed: …` */
function collectedText({ unused, unusedBytes, kept, keptBytes, removed }: CollectedObjects): string {
  const stay = `${plural(kept, 'file')} (${bytesText(keptBytes)}) ${kept === 1 ? 'is' : 'are'} in use`;
  if (unused === 0) return `Nothing can be removed: ${stay}.\n`;
  const found = `${plural(unused, 'file')} (${bytesText(unusedBytes)}) that nothing refers to`;
  return removed ? `Removed ${found}; ${stay}.\n` : `${found} can be removed: \`modelyard gc --remove\`; ${stay}.\n`;
}
