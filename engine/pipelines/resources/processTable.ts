import { readFileSync, readdirSync } from 'node:fs';
import type { StepResources } from '../../protocol/resources';

/** One look at a process. */
export interface ProcessSample {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** ms: its own, and of the children that it has waited for. */
  readonly cpu: number;
  /** Bytes in memory now, and at most so far; pages that processes share count for each. */
  readonly memory: number;
  readonly peak: number;
  /** Bytes: its own, and of the children that it has waited for. */
  readonly written?: number;
}

/** Ticks of a second in /proc: `sysconf(_SC_CLK_TCK)` is 100 on every architecture that Linux still has. */
const ticks = 100;

/**
 * The processes of a command: those of the group that it leads and what they have started, found by /proc (proc(5)).
 * Processes are numbered upwards, so that only those after the first are looked at.
 * @param root the number of the first one, which leads a process group
 */
export function processTable(root: number, folder = '/proc'): readonly ProcessSample[] {
  const later = readdirSync(folder)
    .map(Number)
    .filter(pid => pid >= root)
    .sort((a, b) => a - b);
  const found = new Map<number, ProcessSample>();
  for (const pid of later) {
    const sample = look(pid, folder);
    if (sample && (pid === root || sample.group === root || found.has(sample.parent))) found.set(pid, sample);
  }
  return [...found.values()];
}

/** Undefined for one that has just ended. */
function look(pid: number, folder: string): ProcessSample | undefined {
  try {
    const read = (name: string): string => readFileSync(`${folder}/${pid}/${name}`, 'latin1');
    const kin = parseStat(read('stat'));
    const written = kin && writtenBy(() => read('io'));
    return kin && { pid, ...kin, ...parseStatus(read('status')), ...(written !== undefined && { written }) };
  } catch {
    return undefined;
  }
}

/** A line of /proc/PID/stat; the name in it may hold blanks and brackets. */
export function parseStat(line: string): Pick<ProcessSample, 'parent' | 'group' | 'cpu'> | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  // numbered as in proc(5), from the state, which is 3: ppid, pgrp; utime, stime, cutime, cstime
  const at = (field: number): number => Number(fields[field - 3]);
  const [parent, group, ...times] = [4, 5, 14, 15, 16, 17].map(at);
  if (parent === undefined || group === undefined || times.some(time => !Number.isFinite(time))) return undefined;
  return { parent, group, cpu: (times.reduce((all, time) => all + time, 0) * 1000) / ticks };
}

/** Of /proc/PID/status; a process that is just ending has no memory any more. */
function parseStatus(text: string): Pick<ProcessSample, 'memory' | 'peak'> {
  const bytes = (name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
  return { memory: bytes('VmRSS'), peak: bytes('VmHWM') };
}

/** Undefined for a process that is not ours to look at. */
function writtenBy(read: () => string): number | undefined {
  try {
    const found = /^write_bytes: (\d+)$/m.exec(read());
    return found ? Number(found[1]) : undefined;
  } catch {
    return undefined;
  }
}

/** What processes have used up to now and hold, all together; of memory at least what one of them has held. */
export function sum(samples: readonly ProcessSample[]): Required<Omit<StepResources, 'isSampled'>> {
  const total = (of: (sample: ProcessSample) => number): number => samples.reduce((all, one) => all + of(one), 0);
  return {
    cpu: total(({ cpu }) => cpu),
    memory: Math.max(
      total(({ memory }) => memory),
      ...samples.map(({ peak }) => peak),
    ),
    written: total(({ written = 0 }) => written),
  };
}
