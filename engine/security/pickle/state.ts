import { EndOfBytes } from '../bytes/cursor';
import type { Cursor } from '../bytes/cursor';
import { changeTarget } from './calls';
import { Broken, TooMuch } from './stack';
import type { Memo, Stack } from './stack';
import type { Container, GlobalValue, ObjectValue, Value } from './values';
import { addTo, called, isKind, unknown } from './values';
import type { PickleEnd, RunningPickle, Watcher } from './watcher';

/** Bytes that the name of a module, or of what is in it, may have; longer ones are none. */
const longestName = 512;
export const longestLine = 64 * 1024 * 1024;
/** How far a line may go that is only gone over. */
const skippedLine = 256 * 1024 * 1024;

interface Surroundings {
  readonly cursor: Cursor;
  readonly watcher: Watcher;
  /** Follows the opcodes of a state. */
  readonly goOn: (state: PickleState, mostSteps: number) => PickleEnd;
}

/** Stack and memo of a pickle that is followed, and what its opcodes do to them. */
export class PickleState implements RunningPickle {
  readonly cursor: Cursor;
  readonly watcher: Watcher;
  frameEnd = 0;

  constructor(
    private readonly around: Surroundings,
    readonly stack: Stack,
    readonly memo: Memo,
  ) {
    this.cursor = around.cursor;
    this.watcher = around.watcher;
  }

  goOn(cursor: Cursor, watcher: Watcher, mostSteps: number): PickleEnd {
    const state = new PickleState({ ...this.around, cursor, watcher }, this.stack.fork(), this.memo.fork());
    return this.around.goOn(state, mostSteps);
  }

  replaceTop(value: Value): void {
    this.stack.pop(this.cursor.position);
    this.stack.push(value);
  }

  /** Bytes or a text that stands in the source as it is. */
  pushLong(length: number, kind: 'bytes' | 'text'): void {
    const { cursor, stack } = this;
    const start = cursor.position;
    if (length < 0) throw new Broken('a text of it has less than no bytes', start);
    if (length > longestName) {
      cursor.skip(length);
      this.watcher.content({ offset: start, length });
      stack.push({ kind, length });
      return;
    }
    const bytes = cursor.take(length);
    this.watcher.content({ offset: start, length, bytes });
    stack.push(kind === 'text' ? bytes.toString('utf8') : { kind, length });
  }

  /** A text whose escapes were resolved. */
  pushBytes(bytes: Buffer, offset: number): void {
    this.watcher.content({ offset, length: bytes.length, bytes });
    const isShort = bytes.length <= longestName;
    this.stack.push(isShort ? bytes.toString('utf8') : { kind: 'text', length: bytes.length });
  }

  /** Items or pairs for what is on the top then. */
  add(as: Container['kind'], items: readonly Value[], offset: number): void {
    const target = this.stack.top(offset);
    if (isKind(target, 'list', 'dict', 'set')) {
      if (target.kind === as) addTo(target, items);
      else target.complete = false;
    } else if (isKind(target, 'object')) this.fill(target, as, offset);
    else if (isKind(target, 'global', 'unknown')) changeTarget(this.watcher, target, offset);
    // A bytearray takes more as well.
    else if (isKind(target, 'bytes')) target.isChanged = true;
    else throw new Broken(`it adds to ${called(target)}`, offset);
  }

  /** Python looks for `extend`, `append` or `add` among the attributes, and calls what it finds. */
  private fill(target: ObjectValue, as: Container['kind'], offset: number): void {
    if (as !== 'dict' && target.isFilled === true) {
      const sentence = `It adds items to ${called(target)} after it has set what is in it, and so may call that.`;
      this.watcher.problem({ kind: 'computed-call', offset, sentence });
    }
    if (as === 'dict') target.isFilled = true;
  }

  get(index: number, offset: number): void {
    const value = this.memo.find(index);
    if (value === undefined)
      throw new Broken(`it takes number ${index} of its memo, which was never put there`, offset);
    this.stack.push(value);
  }

  put(index: number, offset: number): void {
    if (index < 0) throw new Broken('it puts something under a negative number', offset);
    this.memo.put(index, this.stack.top(offset));
  }

  /** Python reads a whole frame at once, and so breaks where it is not all there. */
  frame(length: number, offset: number): void {
    if (length > this.cursor.left) throw new Broken('a frame of it goes beyond its end', offset);
    this.frameEnd = this.cursor.position + length;
  }

  /** A line as an operand; undefined: it is longer than what is looked at, and was gone over. */
  line(): Buffer | undefined {
    const start = this.cursor.position;
    try {
      return this.cursor.line(longestLine);
    } catch (error) {
      if (!(error instanceof EndOfBytes) || this.cursor.left <= longestLine) throw error;
      this.cursor.position = start;
      if (!this.cursor.skipLine(skippedLine)) throw new TooMuch('a line longer than a scan reads');
      return undefined;
    }
  }

  /** The text of a line, by what is to be read of it. */
  pushLine(read: (line: Buffer) => Buffer, offset: number): void {
    const line = this.line();
    if (line === undefined) this.stack.push({ kind: 'text', length: longestLine });
    else this.pushBytes(read(line), offset);
  }

  nameLine(): string {
    return this.cursor.line(longestLine).toString('utf8');
  }

  global(module: string, name: string, offset: number): GlobalValue {
    const value: GlobalValue = { kind: 'global', name: `${module}:${name}`, rule: this.watcher.rule(module, name) };
    this.watcher.global(value, offset);
    this.stack.push(value);
    return value;
  }

  stackGlobal(offset: number): void {
    const name = this.stack.pop(offset);
    const module = this.stack.pop(offset);
    if (typeof name === 'string' && typeof module === 'string') {
      this.global(module, name, offset);
      return;
    }
    if (!mayBeText(name) || !mayBeText(module))
      throw new Broken(`it asks ${called(module)} for ${called(name)}`, offset);
    const sentence = `It asks for something whose module and name are computed (${called(module)}, ${called(name)}), so that nobody can tell what it is.`;
    this.watcher.problem({ kind: 'unresolved-global', offset, sentence });
    this.stack.push(unknown);
  }

  build(offset: number): void {
    const state = this.stack.pop(offset);
    const instance = this.stack.top(offset);
    if (isKind(instance, 'object')) {
      instance.state = instance.state === undefined ? state : unknown;
      instance.isFilled = true;
      this.checkState(instance, state, offset);
      this.watcher.built(instance, this);
    } else if (isKind(instance, 'global', 'unknown')) changeTarget(this.watcher, instance, offset);
    // None, or for Python's own unpickler whatever is empty, does nothing to what takes no state.
    else if (!mayBeEmpty(state)) throw new Broken(`it gives a state to ${called(instance)}`, offset);
  }

  persistent(id: Value, offset: number): void {
    const sentence = 'It asks its loader for an object by an id, which only that loader knows how to find.';
    const isKnown = this.watcher.persistent(id, { offset, sentence });
    // Before 1.6 `torch.save` writes ('module', class, file, source) for the class of a layer, and reads back the class.
    const made = isKnown && isKind(id, 'tuple') && id.items[0] === 'module' ? id.items[1] : undefined;
    this.stack.push(isKind(made, 'global') ? made : unknown);
  }

  extension(code: number, offset: number): void {
    const sentence = `It asks for number ${code} of copyreg's extension registry: what that is depends on the process that loads it.`;
    this.watcher.problem({ kind: 'extension-code', offset, sentence });
    this.stack.push(unknown);
  }

  /** Names with two underscores reach what runs. */
  private checkState(instance: ObjectValue, state: Value, offset: number): void {
    for (const part of isKind(state, 'tuple') ? state.items : [state]) {
      const odd = isKind(part, 'dict') ? part.oddKey : undefined;
      if (odd !== undefined) {
        const sentence = `It sets ${odd} of ${called(instance)}, which is no data.`;
        this.watcher.problem({ kind: 'patched-class', offset, sentence });
      }
      // Any subclass of dict is a state as well, with keys that are not known here.
      if (!isKind(part, 'object') || !isDictionary(part)) continue;
      const sentence = `It sets attributes of ${called(instance)} that are computed.`;
      this.watcher.problem({ kind: 'computed-call', offset, sentence });
    }
  }
}

/** Whether a value may be a text: what comes of a call may, but no instance of a class that only models have. */
function mayBeText(value: Value): boolean {
  if (typeof value === 'string' || isKind(value, 'unknown', 'text')) return true;
  return isKind(value, 'object') && (value.of?.rule.verdict !== 'pass' || value.of.rule.call);
}

const isDictionary = ({ of }: ObjectValue): boolean =>
  of === undefined || /^(?:(?:builtins|__builtin__):dict|collections:.*|sklearn\..*:Bunch)$/.test(of.name);

function mayBeEmpty(state: Value): boolean {
  if (isKind(state, 'tuple')) return state.items.length === 0 || state.items.every(mayBeEmpty);
  if (isKind(state, 'list', 'dict', 'set')) return state.items.length === 0;
  return (
    state === null || state === false || state === 0 || state === '' || isKind(state, 'bytes', 'object', 'unknown')
  );
}
