import { dayEnd } from '../../waivers/dayEnd';
import type { Site } from '../walk';
import type { Problem } from '../yaml/problem';
import { child, dotted, textOf } from '../yaml/tree';

const dayMs = 86_400_000;
const announcedDays = 14;
const longDays = 366;

/**
 * Waivers that have ended, that will soon, or that hold for so long that nobody will look at them again.
 * @param now ms since 1970
 */
export function waiverProblems(all: readonly Site[], now: number): readonly Problem[] {
  return all.flatMap(({ path, node, entry }) => {
    if (path.at(-1) !== 'waive' || entry === undefined) return [];
    const until = child(node, 'until');
    const end = dayEnd(textOf(until) ?? '');
    if (until === undefined || end === undefined) return [];
    const [severity, code, message] = said(textOf(until) ?? '', Math.ceil((end - now) / dayMs));
    if (message === '') return [];
    return [{ severity, code, message, start: until.start, end: until.end, key: dotted([...path, 'until']) }];
  });
}

/** @param days until its end; 0 or less: it has ended */
function said(until: string, days: number): [NonNullable<Problem['severity']>, string, string] {
  if (days <= 0)
    return [
      'warning',
      'waiver-ended',
      `The waiver ended with ${until}: the rule counts again. Take it away, or renew it.`,
    ];
  if (days > longDays)
    return [
      'warning',
      'waiver-long',
      `The waiver holds for ${days} days, more than a year: who will remember it then?`,
    ];
  if (days > announcedDays) return ['information', '', ''];
  return ['information', 'waiver-ends', `The waiver expires in ${days} day${days === 1 ? '' : 's'}.`];
}
