import type { GateVerdict } from '../protocol/gates';
import type { Waiver } from '../protocol/waivers';
import { dayEnd } from './dayEnd';

export interface Judgement {
  readonly verdict: GateVerdict;
  /** With its full stop. */
  readonly sentence: string;
}

export interface WaivedJudgement extends Judgement {
  /** Only when the waiver has changed the verdict. */
  readonly underlying?: GateVerdict;
  readonly waiver?: Waiver;
  readonly hints?: readonly string[];
}

const dayMs = 86_400_000;
/** So many days before its end a waiver says that it will end. */
const announced = 14;

/**
 * What a rule's waiver makes of its verdict: one that does not pass is `waived` until the end of the waiver's day, where
 * the engine runs; afterwards the rule counts again by itself. The sentence keeps what was found.
 * @param now ms since 1970
 */
export function waive(judged: Judgement, waiver: Waiver | undefined, now: number): WaivedJudgement {
  if (waiver === undefined) return judged;
  const { until, owner } = waiver;
  const left = (dayEnd(until) ?? 0) - now;
  if (judged.verdict === 'passed') {
    const needless = left > 0 ? `The waiver by ${owner} is needless: the rule passes.` : ended(waiver);
    return { ...judged, waiver, hints: [needless] };
  }
  if (left <= 0) return { ...judged, waiver, hints: [`${ended(waiver)} The rule counts again.`] };
  const days = Math.ceil(left / dayMs);
  const soon = `The waiver by ${owner} expires in ${days} day${days === 1 ? '' : 's'}, with the end of ${until} (${zone()}).`;
  return {
    verdict: 'waived',
    underlying: judged.verdict,
    sentence: `${judged.sentence.replace(/\.$/, '')}; ${waivedText(waiver)}.`,
    waiver,
    ...(days <= announced && { hints: [soon] }),
  };
}

/** What was judged without its waiver, which may have been written, taken away or ended since. */
export function unwaived({ verdict, sentence, underlying, waiver }: WaivedJudgement): Judgement {
  const suffix = underlying === undefined || waiver === undefined ? '' : `; ${waivedText(waiver)}.`;
  const isSaid = suffix !== '' && sentence.endsWith(suffix);
  return { verdict: underlying ?? verdict, sentence: isSaid ? `${sentence.slice(0, -suffix.length)}.` : sentence };
}

/** `waived until 2026-12-31 by ana: the labels of Q4 are late` */
const waivedText = ({ until, owner, reason }: Waiver): string =>
  `waived until ${until} by ${owner}: ${reason.trim().replace(/\.$/, '')}`;

const ended = ({ until, owner }: Waiver): string => `The waiver by ${owner} ended with ${until} (${zone()}).`;

/** Of the engine: in it a waiver's day ends. */
const zone = (): string => new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
