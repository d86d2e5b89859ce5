import { ModelyardError } from '../../errors';

/** Work that is done block by block, in any order and by any thread. */
export interface Task {
  /** What to do; a number that both sides know. */
  readonly kind: number;
  readonly blocks: number;
  /** Whatever the kind needs: up to six whole numbers. */
  readonly of: readonly number[];
}

/** @param member 0: the thread that hands out the work */
export type DoBlock = (task: Task, block: number, member: number) => void;

/** Places in the memory that threads share. */
const place = { call: 0, open: 1, inside: 2, next: 3, kind: 4, blocks: 5, of: 6 } as const;
const places = place.of + 6;
/** Looks at what others are still at, before this thread sleeps until they are done: a microsecond each. */
const looks = 50;
/** ms after which a thread that does not end its block has ended itself. */
const patience = 120_000;

export const crewMemory = (): SharedArrayBuffer => new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT);

/**
 * Hands work to the threads that wait for it (`serve`), and takes part in it. Blocks are taken, not dealt: a thread that
 * wakes late, or that the machine has no processor for, keeps nobody waiting longer than for the block it is at.
 */
export class Crew {
  private readonly shared: Int32Array;

  constructor(
    memory: SharedArrayBuffer,
    private readonly doBlock: DoBlock,
  ) {
    this.shared = new Int32Array(memory);
  }

  /** Returns when all blocks are done. @throws ModelyardError `internal` when a thread has ended over one */
  run(task: Task): void {
    const { shared } = this;
    shared[place.kind] = task.kind;
    shared[place.blocks] = task.blocks;
    shared.set(task.of, place.of);
    Atomics.store(shared, place.next, 0);
    Atomics.store(shared, place.open, 1);
    Atomics.add(shared, place.call, 1);
    Atomics.notify(shared, place.call);
    takeBlocks(shared, block => this.doBlock(task, block, 0));
    Atomics.store(shared, place.open, 0);
    this.waitForOthers();
  }

  private waitForOthers(): void {
    const { shared } = this;
    for (let look = 0; look < looks; look++) if (Atomics.load(shared, place.inside) === 0) return;
    for (;;) {
      const inside = Atomics.load(shared, place.inside);
      if (inside === 0) return;
      if (Atomics.wait(shared, place.inside, inside, patience) !== 'timed-out') continue;
      throw new ModelyardError('internal', 'A thread that grew trees has ended.', {
        fix: 'Set MODELYARD_THREADS=1 to train without threads, with less memory.',
      });
    }
  }
}

/**
 * Takes part in the work of a crew for as long as this thread lives. Whoever is `inside` may look at the task; it changes
 * only while it is not open and nobody is inside.
 */
export function serve(memory: SharedArrayBuffer, member: number, doBlock: DoBlock): never {
  const shared = new Int32Array(memory);
  let call = 0; // threads begin before the first call, or with it
  for (;;) {
    Atomics.wait(shared, place.call, call);
    call = Atomics.load(shared, place.call);
    Atomics.add(shared, place.inside, 1);
    if (Atomics.load(shared, place.open) === 1) {
      const task = taskIn(shared);
      takeBlocks(shared, block => doBlock(task, block, member));
    }
    if (Atomics.sub(shared, place.inside, 1) === 1) Atomics.notify(shared, place.inside);
  }
}

function takeBlocks(shared: Int32Array, take: (block: number) => void): void {
  const blocks = shared[place.blocks]!;
  for (let block = Atomics.add(shared, place.next, 1); block < blocks; block = Atomics.add(shared, place.next, 1))
    take(block);
}

const taskIn = (shared: Int32Array): Task => ({
  kind: shared[place.kind]!,
  blocks: shared[place.blocks]!,
  of: Array.from(shared.subarray(place.of, places)),
});
