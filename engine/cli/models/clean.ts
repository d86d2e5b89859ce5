import type { CleanUp } from '../../protocol/registryMoves';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { timeText } from '../text/numbers';
import { plural } from '../../plural';
import type { CleanFlags } from '../program/models';
import { tableText } from '../text/table';
import { consent, declined } from './consent';

/** `modelyard models clean`: says which versions go and why the others stay, then asks, then does just that. */
export async function modelCleanCommand(
  invocation: Invocation,
  { model, ...flags }: CleanFlags & { readonly model: string | undefined },
): Promise<number> {
  const { keepLast, olderThan, delete: isDeleting = false, dryRun: isOnlySaid = false, yes = false } = flags;
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const request = {
    keepLast,
    action: isDeleting ? 'delete' : 'archive',
    ...(model !== undefined && { model }),
    ...(olderThan !== undefined && { olderThan }),
  } as const;
  return withEngine(place, async client => {
    const planned = await client.call('registry/cleanUp', { ...request, dryRun: true });
    if (isOnlySaid || planned.changed.length === 0) {
      answer(invocation, { json: planned, text: () => cleanText(planned, invocation) });
      return exitCodes.ok;
    }
    const isJson = invocation.options.json === true;
    if (!isJson) invocation.io.out(cleanText(planned, invocation));
    const count = plural(planned.changed.length, 'version');
    const isAgreed = await consent(invocation, `${isDeleting ? 'Delete' : 'Archive'} ${count}?`, yes);
    if (!isAgreed) return declined;
    const only = planned.changed.map(one => ({ model: one.model, version: one.version }));
    const done = await client.call('registry/cleanUp', { ...request, dryRun: false, only });
    answer(invocation, {
      json: done,
      text: () => `${isDeleting ? 'Deleted' : 'Archived'} ${plural(done.changed.length, 'version')}.\n`,
    });
    return exitCodes.ok;
  });
}

function cleanText({ action, changed, kept }: CleanUp, { colors: { out } }: Invocation): string {
  const verb = action === 'delete' ? 'delete' : 'archive';
  const going = changed.map(one => [
    ...[out.red(verb), one.model, `v${one.version}`, one.stage, timeText(one.createdAt)],
  ]);
  const staying = kept.map(one => ['keep', one.model, `v${one.version}`, one.stage, one.why]);
  if (going.length + staying.length === 0) return 'There are no versions.\n';
  return tableText([...going, ...staying]);
}
