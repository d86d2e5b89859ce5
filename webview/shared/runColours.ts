/**
 * One colour for each run, the same in the table, the tree and the charts. A run has the colour of its number; of those
 * that are compared no two share one, as long as there are enough.
 */
export const runColourCount = 12;

/** A place in the row of colours, from 0. */
export type RunSlot = number;

export interface Coloured {
  readonly id: string;
  readonly number: number;
}

/** The colour that a run has by its number, which begins at 1. */
export const ownSlot = (number: number): RunSlot => (Math.max(1, number) - 1) % runColourCount;

/** The colour's id in the theme, as `package.json` contributes it. */
export const runColourId = (slot: RunSlot): string => `modelyard.run${(slot % runColourCount) + 1}`;

/** The same as a page gets it. */
export const runColourVariable = (slot: RunSlot): string => `--vscode-${runColourId(slot).replace('.', '-')}`;

/** Prime to the number of colours, so that it leads to every one; far enough to be another colour. */
const stride = 5;

/**
 * The colours of runs that are compared. Who has one keeps it; who comes gets that of its number, or the next free one;
 * more runs than colours share some.
 */
export function comparedSlots(
  runs: readonly Coloured[],
  kept: Readonly<Record<string, RunSlot>>,
): Readonly<Record<string, RunSlot>> {
  const slots = new Map(Object.entries(kept));
  const taken = new Set(slots.values());
  for (const { id, number } of runs) {
    if (slots.has(id)) continue;
    const slot = firstFree(ownSlot(number), taken);
    slots.set(id, slot);
    taken.add(slot);
  }
  return Object.fromEntries(slots);
}

function firstFree(own: RunSlot, taken: ReadonlySet<RunSlot>): RunSlot {
  for (let step = 0; step < runColourCount; step++) {
    const slot = (own + step * stride) % runColourCount;
    if (!taken.has(slot)) return slot;
  }
  return own;
}
