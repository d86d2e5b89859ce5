import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Gpu {
  /** % */
  readonly utilization: number;
  /** MB */
  readonly memoryUsed: number;
  readonly memoryTotal: number;
  /** W; absent where the card does not tell. */
  readonly power?: number;
}

const query = [
  '--query-gpu=utilization.gpu,memory.used,memory.total,power.draw',
  '--format=csv,noheader,nounits',
] as const;

/** What `nvidia-smi` says of each card; undefined where there is no such program. */
export async function readGpus(command = 'nvidia-smi'): Promise<readonly Gpu[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, query, { timeout: 5000, windowsHide: true });
    return stdout.split('\n').flatMap(line => parseGpu(line) ?? []);
  } catch {
    return undefined;
  }
}

/** A line such as `37, 1024, 16384, 61.20`; what a card does not measure is `[N/A]`. */
export function parseGpu(line: string): Gpu | undefined {
  const [utilization = NaN, memoryUsed = NaN, memoryTotal = NaN, power = NaN] = line
    .split(',')
    .map(part => (part.trim() === '' ? NaN : Number(part)));
  if (![utilization, memoryUsed, memoryTotal].every(Number.isFinite)) return undefined;
  return { utilization, memoryUsed, memoryTotal, ...(Number.isFinite(power) && { power }) };
}
