import type { Cursor } from '../bytes/cursor';
import { changeTarget } from './calls';
import { Broken } from './stack';
import type { Memo, Stack } from './stack';
import type { Container, GlobalValue, ObjectValue, Value } from './values';
import { addTo, called, isKind, unknown } from './values';
import type { PickleEnd, RunningPickle, Watcher } from './watcher';

/** Bytes that the name of a module, or of what is in it, may have; longer ones are none. */
const longestName = 512;
export const longestLine = 64 * 1024 * 1024;

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
    } else if (isKind(target, 'global', 'object', 'unknown')) changeTarget(this.watcher, target, offset);
    // A bytearray takes more as well.
    else if (!isKind(target, 'bytes')) throw new Broken(`it adds to ${called(target)}`, offset);
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
      this.checkState(instance, state, offset);
      this.watcher.built(instance, this);
    } else if (isKind(instance, 'global', 'unknown')) changeTarget(this.watcher, instance, offset);
    else throw new Broken(`it gives a state to ${called(instance)}`, offset);
  }

  persistent(id: Value, offset: number): void {
    const sentence = 'It asks its loader for an object by an id, which only that loader knows how to find.';
    this.watcher.problem({ kind: 'persistent-id', offset, sentence, persistent: id });
    this.stack.push(unknown);
  }

  extension(code: number, offset: number): void {
    const sentence = `It asks for number ${code} of copyreg's extension registry: what that is depends on the process that loads it.`;
    this.watcher.problem({ kind: 'extension-code', offset, sentence });
    this.stack.push(unknown);
  }

  /** Names with two underscores reach what runs. */
  private checkState(instance: ObjectValue, state: Value, offset: number): void {
    for (const part of isKind(state, 'tuple') ? state.items : [state]) {
      if (!isKind(part, 'dict')) continue;
      for (const [index, key] of part.items.entries()) {
        if (index % 2 !== 0 || typeof key !== 'string' || !/^__\w+__$/.test(key)) continue;
        const sentence = `It sets ${key} of ${called(instance)}, which is no data.`;
        this.watcher.problem({ kind: 'patched-class', offset, sentence });
      }
    }
  }
}

/** Whether a value that is not known may be a text: what comes of allowed calls is none, but for what builtins make. */
function mayBeText(value: Value): boolean {
  if (typeof value === 'string' || isKind(value, 'unknown', 'text')) return true;
  if (!isKind(value, 'object')) return false;
  return value.of?.rule.verdict !== 'pass' || /^(?:builtins|__builtin__|copyreg|copy_reg):/.test(value.of.name);
}
