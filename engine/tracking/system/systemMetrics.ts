import type { PointInput } from '../records';
import type { Sample } from './systemSampler';
import { SystemSampler } from './systemSampler';

export interface SystemMetricsOptions {
  /** Whose disk is looked at. */
  readonly folder: string;
  readonly log: (points: readonly PointInput[]) => void;
  /** ms between looks; the first comes after one second, so that short runs have one as well. */
  readonly interval?: number;
  readonly sample?: () => Promise<Sample>;
}

const defaultInterval = 10_000;
const firstAfter = 1000;

/** Looks at the machine from time to time until it is ended, and logs what it sees as metrics `system/…`. */
export function watchSystem(options: SystemMetricsOptions): { end(): void } {
  const { folder, log, interval = defaultInterval } = options;
  const sampler = new SystemSampler(folder);
  const sample = options.sample ?? (() => sampler.sample());
  let step = 0;
  let hasEnded = false;
  const look = async (): Promise<void> => {
    const values = await sample();
    if (hasEnded) return;
    const time = Date.now();
    log(Object.entries(values).map(([key, value]) => ({ key, value, step, time })));
    step++;
    timer = setTimeout(() => void look(), interval).unref();
  };
  let timer = setTimeout(() => void look(), Math.min(firstAfter, interval)).unref();
  return {
    end: () => {
      hasEnded = true;
      clearTimeout(timer);
    },
  };
}
