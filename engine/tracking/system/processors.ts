import { cpus } from 'node:os';

/** Time of all processors since the machine has started, in ms. */
export interface ProcessorTimes {
  readonly busy: number;
  readonly idle: number;
}

export function processorTimes(): ProcessorTimes {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    busy += times.user + times.nice + times.sys + times.irq;
  }
  return { busy, idle };
}

/** Share of the processors' time that was used between two looks, in %; 0 when no time went by. */
export function utilization(before: ProcessorTimes, now: ProcessorTimes): number {
  const busy = now.busy - before.busy;
  const all = busy + now.idle - before.idle;
  return all > 0 ? (100 * busy) / all : 0;
}
