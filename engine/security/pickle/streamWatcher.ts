import { Cursor } from '../bytes/cursor';
import { BufferSource, SliceSource } from '../bytes/source';
import type { ByteSource } from '../bytes/source';
import type { GlobalRule } from '../pickle/values';
import type { Draft, Scan } from '../scan/scan';
import { hasObjectItems, isJoblibArray, passArray } from './joblibArray';
import { followPickle } from './machine';
import { Broken } from './stack';
import type { GlobalValue, ObjectValue, Value } from './values';
import { isKind } from './values';
import type { Problem, RunningPickle, Watcher } from './watcher';

/** Pickles in arrays in pickles, at most. */
const deepest = 40;
/** Opcodes of what would follow for a reader that knows nothing of joblib. */
const forkedSteps = 10_000;
const smallWindow = 4096;
/** Contents of one stream that are looked into, at most; there are more only in what was made to keep a scan busy. */
const mostContents = 200_000;

export interface NestedContent {
  readonly source: ByteSource;
  readonly offset: number;
}

/** Collects what one pickle asks for; nothing is reported before it is known whether the bytes are a pickle at all. */
export class StreamWatcher implements Watcher {
  readonly drafts: Draft[] = [];
  readonly allowed = new Set<string>();
  readonly contents: NestedContent[] = [];
  /** Whether something that is not allowed was called. */
  hasCalled = false;
  private readonly seen = new Set<string>();
  private depth = 0;

  constructor(
    private readonly scan: Pick<Scan, 'rule' | 'tick'>,
    private readonly source: ByteSource,
    private readonly options: { readonly isTorch: boolean; readonly isFork?: boolean },
  ) {}

  tick(): void {
    this.scan.tick();
  }

  rule(module: string, name: string): GlobalRule {
    return this.scan.rule(module, name);
  }

  global({ name, rule }: GlobalValue, offset: number): void {
    if (rule.verdict === 'pass') {
      this.allowed.add(name);
      return;
    }
    if (this.seen.has(name)) return;
    this.seen.add(name);
    if (rule.verdict === 'block') {
      const sentence = `It asks for ${shown(name)}, ${rule.why}.`;
      this.drafts.push({
        kind: 'denied-global',
        verdict: 'block',
        severity: rule.severity,
        offset,
        global: name,
        sentence,
      });
    } else {
      const sentence = `It asks for ${shown(name)}, which is not on the list of what models may ask for.`;
      this.drafts.push({
        kind: 'unknown-global',
        verdict: 'review',
        severity: 'medium',
        offset,
        global: name,
        sentence,
      });
    }
  }

  called(callee: Value): void {
    if (!isKind(callee, 'global') || callee.rule.verdict !== 'pass') this.hasCalled = true;
  }

  persistent(id: Value, at: { readonly offset: number; readonly sentence: string }): boolean {
    const isKnown = this.options.isTorch && (isStorage(id) || isLayer(id));
    if (!isKnown) this.problem({ kind: 'persistent-id', ...at });
    return isKnown;
  }

  problem({ kind, offset, global, sentence }: Problem): void {
    const key = `${kind} ${sentence}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const blocks = kind === 'unresolved-global' || kind === 'patched-class' || kind === 'extension-code';
    this.drafts.push({
      ...{ kind, offset, sentence },
      verdict: blocks ? 'block' : 'review',
      severity: blocks ? 'critical' : 'high',
      ...(global !== undefined && { global }),
    });
  }

  content({
    offset,
    length,
    bytes,
  }: {
    readonly offset: number;
    readonly length: number;
    readonly bytes?: Buffer;
  }): void {
    if (this.options.isFork === true || this.contents.length >= mostContents) return;
    if (bytes === undefined) {
      const start = this.source.read(offset, 64);
      if (canStart(start)) this.contents.push({ source: new SliceSource(this.source, offset, length), offset });
    } else if (bytes.length >= 8 && looksLikePickle.test(bytes.toString('latin1')))
      this.contents.push({ source: new BufferSource(Buffer.from(bytes)), offset });
  }

  built(instance: ObjectValue, pickle: RunningPickle): void {
    if (this.options.isFork === true || !isJoblibArray(instance)) return;
    this.hasCalled = true; // it takes bytes from the stream: this is a pickle, wherever it breaks
    const offset = pickle.cursor.position;
    this.withoutJoblib(instance, pickle);
    passArray(instance, pickle, () => this.objects(pickle, offset));
  }

  /** To a reader that knows nothing of joblib the array is more opcodes: what they would reach counts as well. */
  private withoutJoblib(instance: ObjectValue, pickle: RunningPickle): void {
    const watcher = new StreamWatcher(this.scan, this.source, { ...this.options, isFork: true });
    const cursor = new Cursor(this.source, pickle.cursor.position, smallWindow);
    const end = pickle.goOn(cursor, watcher, forkedSteps);
    if (end.how !== 'stop' && !watcher.hasCalled && !watcher.drafts.some(({ kind }) => kind === 'denied-global'))
      return;
    // In the pickle of an array of objects numbers of the memo mean other names to such a reader: none of a module then.
    const isPickle = hasObjectItems(instance);
    for (const draft of watcher.drafts)
      if (draft.verdict === 'block' || (!isPickle && draft.kind === 'unknown-global')) this.drafts.push(draft);
  }

  private objects({ cursor }: RunningPickle, offset: number): void {
    this.depth += 1;
    if (this.depth > deepest) throw new Broken('its arrays are within each other too deeply', offset);
    const end = followPickle(cursor, this);
    this.depth -= 1;
    if (end.how !== 'stop')
      throw new Broken(`the pickle of an array of objects breaks off: ${end.why ?? ''}`, end.offset);
  }
}

/** Names come out of the file: no control characters in sentences, and not too long. */
export const shown = (name: string): string => {
  const clean = name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u{fffd}');
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
};

/** `('storage', torch.FloatStorage, '0', 'cpu', 4)`: where the numbers of a tensor are in the same file. */
function isStorage(id: Value | undefined): boolean {
  if (!isKind(id, 'tuple')) return false;
  const [word, type] = id.items;
  return word === 'storage' && isKind(type, 'global') && /^torch(?:\.storage)?:\w*Storage$/.test(type.name);
}

/** `('module', torch.nn.modules.linear.Linear, file, source)`, by which old PyTorch compares sources. */
function isLayer(id: Value | undefined): boolean {
  if (!isKind(id, 'tuple') || id.items.length !== 4) return false;
  const [word, type, ...sources] = id.items;
  const areTexts = sources.every(one => one === null || typeof one === 'string' || isKind(one, 'text'));
  return word === 'module' && isKind(type, 'global') && type.rule.verdict === 'pass' && areTexts;
}

/** A pickle with its header, one with a global, an archive, an array. */
const looksLikePickle = /\x80[\0-\x05]|[ci][\w.]+\n[\w.]+\n|\x93|^PK\x03\x04|^\x1f\x8b/;

/** Whether bytes can begin a pickle or a container: the first opcode must be one that takes nothing from the stack. */
function canStart(bytes: Buffer): boolean {
  const [first = 0] = bytes;
  if (first === 0x80) return (bytes[1] ?? 9) <= 5;
  if (starters.has(first)) return true;
  return bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04')) || (first === 0x1f && bytes[1] === 0x8b);
}

const starters = new Set([
  ...Buffer.from('(])}NIJKLMFGSTUVXBCcP'),
  0x88,
  0x89,
  0x8a,
  0x8b,
  0x8c,
  0x8d,
  0x8e,
  0x8f,
  0x93,
  0x95,
  0x96,
  0x82,
  0x83,
  0x84,
]);
