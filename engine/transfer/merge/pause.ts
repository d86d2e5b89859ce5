import { setImmediate } from 'node:timers/promises';

/** Lets everybody else in between two pieces of a long work. */
export const pause = (): Promise<unknown> => setImmediate();
