import { EndOfBytes } from '../bytes/cursor';
import type { Cursor } from '../bytes/cursor';
import { opcodes } from './opcodes';
import { Broken, Memo, Stack, TooMuch } from './stack';
import { PickleState } from './state';
import type { PickleEnd, Watcher } from './watcher';

const stop = 0x2e;

/**
 * Follows the opcodes of one pickle (protocols 0 to 5) from the cursor on with abstract values and runs nothing. It
 * breaks where Python breaks, and what came before that counts. Stack and memo are those of Python's `_pickle.c`.
 */
export function followPickle(
  cursor: Cursor,
  watcher: Watcher,
  { mostSteps = Number.POSITIVE_INFINITY, memo = new Memo() }: Following = {},
): PickleEnd {
  return follow(new PickleState({ cursor, watcher, goOn: fork }, new Stack(), memo), mostSteps);
}

export interface Following {
  readonly mostSteps?: number;
  /** What is in the memo at the start; it is filled. */
  readonly memo?: Memo;
}

const fork = (state: PickleState, mostSteps: number): PickleEnd => follow(state, mostSteps);

function follow(state: PickleState, mostSteps: number): PickleEnd {
  const { cursor, watcher, stack } = state;
  try {
    for (let steps = 1; steps <= mostSteps; steps += 1) {
      if ((steps & 0xff_ff) === 0) watcher.tick();
      const offset = cursor.position;
      const opcode = cursor.u8();
      if (opcode === stop) {
        stack.pop(offset);
        if (state.frameEnd > cursor.position)
          throw new Broken('its frame goes on after its end, where readers differ', offset);
        return { how: 'stop', offset };
      }
      const operation = opcodes[opcode];
      if (operation === undefined) throw new Broken(`0x${opcode.toString(16).padStart(2, '0')} is no opcode`, offset);
      operation(state, offset);
    }
    return { how: 'limit', offset: cursor.position, why: 'it has too many steps' };
  } catch (error) {
    if (error instanceof Broken) return { how: 'broken', offset: error.offset, why: error.why };
    if (error instanceof TooMuch) return { how: 'limit', offset: cursor.position, why: `it has ${error.message}` };
    if (error instanceof EndOfBytes) return { how: 'broken', offset: cursor.position, why: 'it ends within something' };
    throw error;
  }
}
