import type { Cursor } from '../bytes/cursor';
import type { GlobalRule, GlobalValue, ObjectValue, Value } from './values';

/** What is told while a pickle is followed. Offsets are of the opcode, from the start of the cursor's source. */
export interface Watcher {
  /** Every now and then; ends a scan that takes too long by throwing. */
  tick(): void;
  /** The lists' word on a global. */
  rule(module: string, name: string): GlobalRule;
  global(value: GlobalValue, offset: number): void;
  problem(problem: Problem): void;
  /** An object that the loader finds by an id; whether it is one that PyTorch itself writes. */
  persistent(id: Value, at: { readonly offset: number; readonly sentence: string }): boolean;
  /** It is called, or made an instance of. */
  called(callee: Value): void;
  /** Content that may be a pickle itself. `bytes` is undefined where it stands in the source as it is. */
  content(content: { readonly offset: number; readonly length: number; readonly bytes?: Buffer }): void;
  /** A `BUILD` has been done: a reader may take bytes of the stream now, as joblib does. */
  built(instance: ObjectValue, pickle: RunningPickle): void;
}

/** The pickle that is being followed, for readers that take bytes out of its stream. */
export interface RunningPickle {
  readonly cursor: Cursor;
  /** Of the frame that the position is in; 0: none. */
  readonly frameEnd: number;
  /** The reader has taken what is on the top for something else. */
  replaceTop(value: Value): void;
  /** How it would go on for a reader that takes nothing: the same state over bytes from that cursor on. */
  goOn(cursor: Cursor, watcher: Watcher, mostSteps: number): PickleEnd;
}

export interface Problem {
  readonly kind:
    | 'unresolved-global'
    | 'computed-call'
    | 'unsafe-call'
    | 'patched-class'
    | 'extension-code'
    | 'persistent-id';
  readonly offset: number;
  readonly global?: string;
  readonly sentence: string;
}

/** How a pickle ended: with `STOP`, or where it breaks; `limit`: there is more, but the scan goes no further. */
export interface PickleEnd {
  readonly how: 'stop' | 'broken' | 'limit';
  readonly offset: number;
  readonly why?: string;
}
