import type { StepResources } from '../../protocol/resources';
import { processTable, sum } from './processTable';

/** ms between looks: a twentieth of the time that it has run, so that little is missing of a short and of a long one. */
const share = 0.05;
const shortest = 100;
const longest = 2000;

/**
 * Looks from time to time at what a command takes, until it is ended. What a process has used is known to whoever waits
 * for it, so the times of those that have ended are not lost; what comes after the last look is.
 * @param pid of the process that leads the command's group
 * @returns undefined where the operating system does not tell (other than Linux)
 */
export function watchProcesses(pid: number): { end(): StepResources | undefined } {
  if (process.platform !== 'linux') return { end: () => undefined };
  const began = Date.now();
  let most: ReturnType<typeof sum> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = sum(processTable(pid));
    most = {
      cpu: Math.max(most?.cpu ?? 0, now.cpu),
      memory: Math.max(most?.memory ?? 0, now.memory),
      written: Math.max(most?.written ?? 0, now.written),
    };
    const wait = Math.min(longest, Math.max(shortest, share * (Date.now() - began)));
    timer = setTimeout(look, wait).unref();
  };
  look();
  return {
    end: () => {
      clearTimeout(timer);
      return most && { ...most, isSampled: true };
    },
  };
}
