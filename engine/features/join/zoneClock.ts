const day = 86_400_000;
const latest = 8.64e15 - 2 * day;

/** Offsets around a day: one, or two and the instant (ms since 1970) from which the second holds. */
interface DayOffsets {
  readonly before: number;
  readonly after: number;
  readonly change: number;
}

/**
 * Reads clocks of a time zone. What a clock shows twice when it is put back is the first of the two instants; what it
 * passes over when it is put forward is as much later (02:30 becomes 03:30), as in java.time and Temporal.
 */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #days = new Map<number, DayOffsets>();
  #day = Number.NaN;
  #offsets: DayOffsets = { before: 0, after: 0, change: 0 };

  /** @throws RangeError when there is no such zone */
  constructor(zone: string) {
    this.#format = /^(?:utc|etc\/utc|gmt|z)$/i.test(zone) ? undefined : formatOf(zone);
  }

  /** ms since 1970 of what a clock shows, which is given as ms since 1970 on that clock. NaN out of the calendar. */
  instant(shown: number): number {
    if (!this.#format) return shown;
    if (!(Math.abs(shown) <= latest)) return Number.NaN;
    const today = Math.floor(shown / day);
    if (today !== this.#day) {
      this.#day = today;
      this.#offsets = this.#days.get(today) ?? this.#look(today);
    }
    const { before, after, change } = this.#offsets;
    const first = shown - before;
    if (before === after || first < change) return first;
    const second = shown - after;
    return second >= change ? second : first;
  }

  #look(today: number): DayOffsets {
    let low = (today - 1) * day;
    let high = (today + 2) * day;
    const before = this.#offset(low);
    const after = this.#offset(high);
    while (before !== after && high - low > 1000) {
      const middle = 1000 * Math.floor((low + high) / 2000);
      if (this.#offset(middle) === before) low = middle;
      else high = middle;
    }
    const offsets = { before, after, change: high };
    this.#days.set(today, offsets);
    return offsets;
  }

  /** ms that clocks are ahead of UTC at an instant. */
  #offset(instant: number): number {
    const parts = new Map(this.#format!.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = new Date(0);
    shown.setUTCFullYear(part('year'), part('month') - 1, part('day'));
    shown.setUTCHours(part('hour'), part('minute'), part('second'));
    return shown.getTime() - 1000 * Math.floor(instant / 1000);
  }
}

const formatOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
