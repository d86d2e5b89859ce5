import { SliceSource } from '../bytes/source';
import { Cursor } from '../bytes/cursor';
import type { Scan, Target } from '../scan/scan';
import { followPickle } from './machine';
import { StreamWatcher } from './streamWatcher';

/** How far content that is no pickle is searched for some. */
const searchedBytes = 64 * 1024 * 1024;
const mostCandidates = 20_000;
const chunkBytes = 1 << 20;
const overlap = 1024;
/** A header with an opcode after it that pickles begin with, or a global in the text of protocol 0. */
const candidate = /\x80[\x02-\x05][\x95cK\]}(\x8cX]|[ci][A-Za-z_][\w.]{0,100}\r?\n[A-Za-z_][\w.]{0,100}\r?\n/g;

/**
 * Looks for pickles anywhere in content that its own readers pass over: another reader may be told to begin there.
 * Only what blocks is reported, and only from pickles that end well or call something: a list of words is none.
 * @param at where the content starts in the target, for the offsets
 */
export function findEmbedded(scan: Scan, target: Target, at = 0): void {
  const { source } = target;
  let candidates = 0;
  for (let start = 0; start < Math.min(source.size, searchedBytes); start += chunkBytes) {
    scan.tick();
    const text = source.read(start, chunkBytes + overlap).toString('latin1');
    for (const { index } of text.matchAll(candidate)) {
      if (index >= chunkBytes) continue;
      candidates += 1;
      if (candidates > mostCandidates) return;
      follow(scan, { ...target, source: new SliceSource(source, start + index, source.size) }, at + start + index);
    }
  }
}

function follow(scan: Scan, target: Target, at: number): void {
  const watcher = new StreamWatcher(scan, target.source, { isTorch: false });
  const end = followPickle(new Cursor(target.source, 0, 4096), watcher, { mostSteps: 100_000 });
  if (end.how !== 'stop' && !watcher.hasCalled) return;
  for (const draft of watcher.drafts) {
    const sentence = `A pickle lies at byte ${at} within. ${draft.sentence}`;
    if (draft.verdict === 'block') scan.report(target, { ...draft, offset: at + (draft.offset ?? 0), sentence });
  }
}
