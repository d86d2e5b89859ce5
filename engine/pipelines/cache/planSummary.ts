import type { PlannedStep } from '../../protocol/pipelines';

export const willRun = ({ decision }: Pick<PlannedStep, 'decision'>): boolean =>
  decision === 'runs' || decision === 'always';

/**
 * ms that the steps which run take about: the longest chain of them, or all of them on so many processors. Absent when
 * of none of them is known how long it takes.
 */
export function runningTime(steps: readonly PlannedStep[], parallel: number): number | undefined {
  const ends = new Map<string, number>();
  let sum = 0;
  let longest = 0;
  let isKnown = false;
  for (const { name, needs, decision, usually } of steps) {
    const own = willRun({ decision }) ? (usually ?? 0) : 0;
    isKnown ||= willRun({ decision }) && usually !== undefined;
    let start = 0;
    for (const needed of needs) start = Math.max(start, ends.get(needed) ?? 0);
    ends.set(name, start + own);
    longest = Math.max(longest, start + own);
    sum += own;
  }
  return isKnown ? Math.max(longest, sum / Math.max(1, parallel)) : undefined;
}

/** `3 of 7 steps will run, about 2 min, because \`with.C\` 0.1 → 0.05 (train)` */
export function planSummary(steps: readonly PlannedStep[], duration: number | undefined): string {
  const running = steps.filter(willRun);
  const time = duration === undefined || running.length === 0 ? '' : `, ${aboutText(duration)}`;
  const [first] = running.filter(({ decision }) => decision === 'runs');
  if (running.length === 0) return 'Nothing will run: nothing has changed.';
  const count = running.length === steps.length ? `All ${steps.length}` : `${running.length} of ${steps.length}`;
  const noun = steps.length === 1 ? 'step' : 'steps';
  const head = `${running.length === 1 && steps.length === 1 ? 'The only' : count} ${noun} will run${time}`;
  if (first === undefined)
    return `${head}: nothing has changed, and ${running.length === 1 ? 'this runs' : 'these run'} each time.`;
  return `${head}, because of ${first.name}: ${first.reason}.`;
}

/** `in under 1 s`, `about 3 s`, `about 2 min`, `about 1.5 h` */
function aboutText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return 'in under 1 s';
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `about ${Math.round(minutes)} min` : `about ${(minutes / 60).toFixed(1)} h`;
}
