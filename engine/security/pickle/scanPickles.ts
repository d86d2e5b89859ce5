import { Cursor } from '../bytes/cursor';
import { SliceSource } from '../bytes/source';
import type { Draft, Scan, Target } from '../scan/scan';
import { LimitReached } from '../scan/scan';
import { findEmbedded } from './embedded';
import { followPickle } from './machine';
import { Memo } from './stack';
import { StreamWatcher } from './streamWatcher';
import type { PickleEnd } from './watcher';

/** Pickles one after the other, at most. */
const mostStreams = 100_000;
/** `torch.save` before 1.6 writes a magic number as a pickle, then four pickles, then the numbers as they are. */
const torchMagic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const torchPickles = 5;

/**
 * Scans all pickles from the start of the content on.
 * @param as `pickle`: it says that it is one, so that what cannot be followed blocks; `guess`: whatever it is, a pickle
 * that breaks off without having reached anything dangerous is none
 * @returns whether it is one
 */
export function scanPickles(scan: Scan, target: Target, as: 'pickle' | 'guess'): boolean {
  const { source } = target;
  const isOldTorch = source.read(0, torchMagic.length).equals(torchMagic);
  const isTorch = isOldTorch || target.within === 'torch';
  const kept = new KeptMemo(scan, source);
  let position = 0;
  for (let streams = 0; position < source.size; streams += 1) {
    scan.tick();
    if (streams >= mostStreams) throw new LimitReached(`${mostStreams} pickles one after the other`);
    const watcher = new StreamWatcher(scan, source, { isTorch });
    const window = as === 'pickle' ? undefined : 4096;
    const cursor = new Cursor(source, position, window);
    const memo = new Memo();
    const end = followPickle(cursor, watcher, { memo });
    if (end.how === 'stop') watcher.drafts.push(...kept.follow(position, memo));
    const isFirst = streams === 0;
    if (end.how === 'stop') accept(scan, target, watcher, as);
    else if (isFirst && as === 'guess' && end.how === 'broken' && !reached(watcher)) return false;
    else if (isFirst || (end.how === 'limit' && reached(watcher))) return breaks(scan, target, watcher, end);
    else {
      trailing(scan, target, { watcher, position, mayFollow: isOldTorch && streams >= torchPickles });
      return true;
    }
    position = cursor.position;
  }
  return true;
}

/** Opcodes of one pickle that are followed once more. */
const mostSteps = 1_000_000;

/** One `Unpickler` that loads pickle after pickle keeps its memo: what they would reach then counts as well. */
class KeptMemo {
  private memo: Memo | undefined;

  constructor(
    private readonly scan: Scan,
    private readonly source: Target['source'],
  ) {}

  /** What is denied and only reached with the memo of the pickles before. */
  follow(position: number, own: Memo): readonly Draft[] {
    if (this.memo === undefined) {
      this.memo = own;
      return [];
    }
    const watcher = new StreamWatcher(this.scan, this.source, { isTorch: false, isFork: true });
    followPickle(new Cursor(this.source, position, 4096), watcher, { mostSteps, memo: this.memo });
    return watcher.drafts.filter(({ kind }) => kind === 'denied-global');
  }
}

/** Whether it has reached what is dangerous however it ends. */
const reached = ({ drafts, hasCalled }: StreamWatcher): boolean =>
  hasCalled || drafts.some(({ kind }) => kind === 'denied-global');

/** Numbers can look like a short pickle that asks for an extension or an id: it does so only if something comes of it. */
function accept(scan: Scan, target: Target, ...[watcher, as]: [StreamWatcher, 'pickle' | 'guess']): void {
  const isChance = as === 'guess' && !watcher.hasCalled && target.source.read(0, 1)[0] !== 0x80;
  for (const draft of watcher.drafts)
    if (!isChance || (draft.kind !== 'extension-code' && draft.kind !== 'persistent-id')) scan.report(target, draft);
  for (const name of watcher.allowed) scan.allowed(name);
  for (const { source, offset } of watcher.contents)
    scan.content({ source, inner: [...target.inner, `bytes at ${offset}`], name: '', within: 'value' });
}

/** Python runs a pickle up to where it breaks. */
function breaks(scan: Scan, target: Target, ...[watcher, end]: [StreamWatcher, PickleEnd]): true {
  accept(scan, target, watcher, 'pickle');
  scan.report(target, {
    kind: end.how === 'limit' ? 'limit' : 'malformed',
    verdict: 'block',
    severity: 'high',
    offset: end.offset,
    sentence: `The pickle cannot be followed to its end: ${end.why ?? 'it breaks off'}. Python runs what is before.`,
  });
  return true;
}

interface Rest {
  readonly watcher: StreamWatcher;
  readonly position: number;
  /** Its reader wants more bytes there. */
  readonly mayFollow: boolean;
}

/** After the last whole pickle something follows that is none. */
function trailing(scan: Scan, target: Target, { watcher, position, mayFollow }: Rest): void {
  const { source } = target;
  const size = source.size - position;
  for (const draft of watcher.drafts.filter(({ verdict }) => verdict === 'block')) scan.report(target, draft);
  if (mayFollow || (size <= 16 && /^[\s\0]*$/.test(source.read(position, size).toString('latin1')))) return;
  scan.report(target, rest(size, position));
  findEmbedded(scan, { ...target, source: new SliceSource(source, position, size) }, position);
}

const rest = (size: number, offset: number): Draft => ({
  kind: 'trailing-data',
  verdict: 'review',
  severity: 'medium',
  offset,
  sentence: `${size} bytes follow after the end of the pickle that are no pickle: no reader of pickles looks at them.`,
});
