import { Schedule, isSchedule } from '../../schedule/schedule';
import { isZone } from '../../schedule/zones';
import type { NamedPipeline, Names } from '../named';
import { triggerLoops } from '../triggerGraph';
import type { Problem } from '../yaml/problem';
import { child, entriesOf, entryOf, textOf, type TreeNode } from '../yaml/tree';
import { cut, zoneProblems } from './zones';

/** Schedules that cannot be read or never come, unknown time zones, pipelines that start each other. */
export function triggerProblems(names: Names): readonly Problem[] {
  const pipelines = [...names.pipelines.values()];
  return [...pipelines.flatMap(scheduleProblems), ...pipelines.flatMap(partitionProblems), ...loopProblems(names)];
}

/** Keys under `on:` that start nothing by themselves. */
const notStarting = new Set(['manual', 'overlap', 'cool_down', 'budget']);

/** An unknown time zone of `partitions`; a trigger, of which it cannot be told which of the named ones it means. */
function partitionProblems({ name, node }: NamedPipeline): readonly Problem[] {
  const partitions = child(node, 'partitions');
  const key = `pipelines.${name}.partitions`;
  const on = entryOf(node, 'on');
  const starts = entriesOf(on?.value).find(entry => !notStarting.has(entry.key));
  if (partitions?.kind === 'list' && starts) {
    const message = `\`${starts.key}\` cannot tell which of the listed partitions it starts \`${name}\` for. Only partitions of time have a newest one.`;
    return [{ ...starts.keySpan, code: 'which-partition', message, key: `pipelines.${name}.on.${starts.key}` }];
  }
  return zoneProblems(child(partitions, 'timezone'), `${key}.timezone`);
}

function scheduleProblems(pipeline: NamedPipeline): readonly Problem[] {
  const node = child(child(pipeline.node, 'on'), 'schedule');
  const cron = child(node, 'cron') ?? node;
  const text = textOf(cron);
  if (!cron || text === undefined || text === '') return [];
  const place = `pipelines.${pipeline.name}.on.schedule`;
  const key = cron === node ? place : `${place}.cron`;
  const zone = child(node, 'timezone');
  const zoneName = textOf(zone);
  const known = zoneName === undefined || isZone(zoneName);
  const problems = [...zoneProblems(zone, `${place}.timezone`)];
  const first = firstTime(text, known ? zoneName : undefined);
  if (first.problem !== undefined)
    problems.push({ ...spanOf(cron), code: 'bad-cron', message: `\`${cut(text)}\` ${first.problem}.`, key });
  else if (first.never)
    problems.push({
      ...spanOf(cron),
      code: 'never-fires',
      severity: 'warning',
      message: `\`${cut(text)}\` never comes: no month has such a day.`,
      key,
    });
  return problems;
}

const spanOf = ({ start, end }: TreeNode): Pick<Problem, 'start' | 'end'> => ({ start, end });

interface FirstTime {
  readonly problem?: string;
  readonly never: boolean;
}

/** To know that a time never comes takes tens of milliseconds, and a text is checked at every key that is pressed. */
const known = new Map<string, FirstTime>();
const mostKnown = 100;

function firstTime(text: string, zone: string | undefined): FirstTime {
  const key = `${zone ?? ''} ${text}`;
  const found = known.get(key);
  if (found) return found;
  const read = Schedule.read(text, zone);
  const first = isSchedule(read)
    ? { never: read.next(Date.now()) === undefined }
    : { never: false, problem: read.message };
  if (known.size >= mostKnown) known.clear();
  known.set(key, first);
  return first;
}

/** At the trigger that closes the round. Only warned: what a run makes may be the same as before, and then nothing starts. */
function loopProblems(names: Names): readonly Problem[] {
  return triggerLoops(names).flatMap(loop => {
    const last = loop.at(-1);
    const pipeline = last && names.pipelines.get(last.to);
    if (!pipeline) return [];
    const entry = entryOf(child(pipeline.node, 'on'), last.key);
    const round = loop.map(({ from, what }) => `${from} makes ${what}`).join(', then ');
    const message = `This would never end: ${round}, and that starts ${last.to} again. Remove one of these triggers.`;
    const span = entry?.keySpan ?? pipeline.keySpan;
    const key = `pipelines.${pipeline.name}.on.${last.key}`;
    return [{ ...span, severity: 'warning' as const, code: 'trigger-loop', message, key }];
  });
}
