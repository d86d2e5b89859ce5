import { Schedule, isSchedule } from '../../schedule/schedule';
import type { Names } from '../named';
import { child, textOf, type Path } from '../yaml/tree';

const shown = 3;

/** When a schedule comes next, for whoever points at its cron text; undefined elsewhere. */
export function scheduleText(names: Names, path: Path): string | undefined {
  const [section, name, on, schedule, cron, ...more] = path.map(String);
  if (section !== 'pipelines' || on !== 'on' || schedule !== 'schedule' || more.length > 0) return undefined;
  if (cron !== undefined && cron !== 'cron') return undefined;
  const node = child(child(names.pipelines.get(name ?? '')?.node, 'on'), 'schedule');
  const text = textOf(node) ?? textOf(child(node, 'cron'));
  const read = text === undefined ? undefined : Schedule.read(text, textOf(child(node, 'timezone')));
  if (!read || !isSchedule(read)) return undefined;
  const times: string[] = [];
  for (let at = read.next(Date.now()); at !== undefined && times.length < shown; at = read.next(at))
    times.push(dayAndTime(at, read.zone));
  return times.length === 0 ? 'It never comes.' : `Next: ${times.join('; ')} (${read.zone}).`;
}

/** `Mon, 9 Mar 2026, 03:00` */
const dayAndTime = (time: number, timeZone: string): string =>
  new Date(time).toLocaleString('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
