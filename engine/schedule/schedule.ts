import { Cron } from 'croner';
import { isZone, localZone } from './zones';

export interface ScheduleProblem {
  readonly code: 'bad-cron' | 'unknown-zone';
  /** What follows the name of the thing in a sentence. */
  readonly message: string;
}

const names = ['minute', 'hour', 'day of the month', 'month', 'day of the week'] as const;
const shape = `five fields (${names.join(', ')}), such as \`0 3 * * 1\` for Mondays at 3:00`;
const nicknames = /^@(hourly|daily|midnight|weekly|monthly|yearly|annually)$/i;

/**
 * The times of a cron text of five fields in a time zone; ms since 1970. As Vixie cron has it: a fixed time that summer
 * time leaves out comes as soon as there is a time again, one that comes twice comes once; what repeats (`*`, `/`)
 * follows the real hours.
 */
export class Schedule {
  readonly zone: string;
  readonly #cron: Cron;

  private constructor(cron: Cron, zone: string) {
    this.#cron = cron;
    this.zone = zone;
  }

  /** @param zone default: that of this computer */
  static read(text: string, zone = localZone()): Schedule | ScheduleProblem {
    if (!isZone(zone))
      return { code: 'unknown-zone', message: `is not a time zone such as \`Europe/Berlin\` or \`UTC\`` };
    const cron = text.trim();
    const fields = cron.split(/\s+/);
    if (!nicknames.test(cron) && fields.length !== names.length) {
      const found = cron.startsWith('@')
        ? 'is none of `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`'
        : `has ${fields.length}`;
      return { code: 'bad-cron', message: `must have ${shape}; this ${found}` };
    }
    try {
      return new Schedule(
        new Cron(cron, { mode: '5-part', paused: true, timezone: zone, fixedTimeRule: 'no-wildcard' }),
        zone,
      );
    } catch (error) {
      return { code: 'bad-cron', message: `is not a cron text: ${why(error)}. Such a text has ${shape}` };
    }
  }

  /** The first time after this one; undefined when there is none within thousands of years (30 February). */
  next(after: number): number | undefined {
    return this.#cron.nextRun(new Date(after))?.getTime();
  }

  /** The newest times in (after, until], at most so many; in their order. */
  between(after: number, until: number, most: number): readonly number[] {
    const newest: number[] = [];
    // The library looks before a time; those of a schedule are whole seconds.
    let before = new Date(Math.floor(until / 1000) * 1000 + 1000);
    while (newest.length < most) {
      const [found] = this.#cron.previousRuns(1, before);
      if (found === undefined || found.getTime() <= after) break;
      newest.push(found.getTime());
      before = found;
    }
    return newest.reverse();
  }
}

export const isSchedule = (read: Schedule | ScheduleProblem): read is Schedule => read instanceof Schedule;

/** What the library says, without its names. */
function why(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Cron\w+: /, '').replace(/\.$/, '');
}
