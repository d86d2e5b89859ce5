import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { readGpus } from './gpus';
import { processorTimes, utilization } from './processors';

export type Sample = Readonly<Record<string, number>>;

const MB = 1e6;

interface Traffic {
  readonly received: number;
  readonly sent: number;
}

/** Looks at the machine, under the names that MLflow's clients use: `system/cpu_utilization_percentage` and so on. */
export class SystemSampler {
  private processors = processorTimes();
  private traffic: Traffic | undefined;
  private hasGpus = true;

  /** @param folder whose disk is looked at */
  constructor(private readonly folder: string) {}

  /** Percentages of time are since the last sample, network traffic since the first. What cannot be read is left out. */
  async sample(): Promise<Sample> {
    const [disk, network, gpus] = await Promise.all([this.disk(), this.network(), this.gpus()]);
    return { ...this.processor(), ...memory(), ...disk, ...network, ...gpus };
  }

  private processor(): Sample {
    const now = processorTimes();
    const share = utilization(this.processors, now);
    this.processors = now;
    return { 'system/cpu_utilization_percentage': share };
  }

  private async disk(): Promise<Sample> {
    try {
      const { blocks, bavail, bfree, bsize } = await statfs(this.folder);
      return {
        'system/disk_usage_percentage': (100 * (blocks - bfree)) / Math.max(1, blocks),
        'system/disk_usage_megabytes': ((blocks - bfree) * bsize) / MB,
        'system/disk_available_megabytes': (bavail * bsize) / MB,
      };
    } catch {
      return {};
    }
  }

  private async network(): Promise<Sample> {
    // This part alone: the whole would ask for programs that only macOS has. Loaded only while something runs.
    const { networkStats } = await import('systeminformation/lib/network');
    const all = await networkStats('*').catch(() => []);
    const received = all.reduce((sum, { rx_bytes: bytes }) => sum + bytes, 0);
    const sent = all.reduce((sum, { tx_bytes: bytes }) => sum + bytes, 0);
    if (all.length === 0) return {};
    this.traffic ??= { received, sent };
    return {
      'system/network_receive_megabytes': (received - this.traffic.received) / MB,
      'system/network_transmit_megabytes': (sent - this.traffic.sent) / MB,
    };
  }

  private async gpus(): Promise<Sample> {
    const gpus = this.hasGpus ? await readGpus() : undefined;
    this.hasGpus = gpus !== undefined; // a program that is not there is not looked for again
    return Object.fromEntries(
      (gpus ?? []).flatMap(({ utilization: share, memoryUsed, memoryTotal, power }, index) => [
        [`system/gpu_${index}_utilization_percentage`, share],
        [`system/gpu_${index}_memory_usage_percentage`, (100 * memoryUsed) / Math.max(1, memoryTotal)],
        [`system/gpu_${index}_memory_usage_megabytes`, memoryUsed],
        ...(power === undefined ? [] : [[`system/gpu_${index}_power_usage_watts`, power] as const]),
      ]),
    );
  }
}

const memory = (): Sample => ({
  'system/system_memory_usage_percentage': (100 * (totalmem() - freemem())) / totalmem(),
  'system/system_memory_usage_megabytes': (totalmem() - freemem()) / MB,
});
