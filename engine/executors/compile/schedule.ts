import type { TriggersConfig } from '../../protocol/triggers';

export interface PlannedSchedule {
  /** Five fields. */
  readonly cron: string;
  readonly timezone: string;
  /** What happens when it is time and the pipeline runs. */
  readonly overlap: 'queue' | 'skip';
  readonly missed: 'once' | 'skip' | 'all';
  /** Whether it may be started by hand as well. */
  readonly manual: boolean;
  /** `pipelines.train.on` */
  readonly key: string;
}

const words: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** The times of a pipeline as others read them: five fields, Sunday is 0, the time zone by name. */
export function scheduleOf(on: TriggersConfig | undefined, key: string): PlannedSchedule | undefined {
  if (on?.schedule === undefined) return undefined;
  const { cron, timezone, missed } = on.schedule;
  return {
    cron: plainCron(cron),
    timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    overlap: on.overlap,
    missed,
    manual: on.manual,
    key,
  };
}

function plainCron(cron: string): string {
  const fields = (words[cron.trim().toLowerCase()] ?? cron.trim()).split(/\s+/);
  // not every reader has a Sunday at the end of the week
  const last = fields[4]?.split(',').map(one => (one === '7' ? '0' : one));
  return [...fields.slice(0, 4), ...(last ? [last.join(',')] : [])].join(' ');
}
