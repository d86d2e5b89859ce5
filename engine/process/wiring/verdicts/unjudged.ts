import type { Waiver } from '../../../protocol/waivers';
import type { FoundVerdict } from '../../../verdicts/source';
import { waive } from '../../../waivers/waive';

/** A rule that could not be judged: it blocks, unless it only warns or has a waiver that holds. */
export function unjudged(
  sentence: string,
  severity: 'error' | 'warn',
  waiver: Waiver | undefined,
): Pick<FoundVerdict, 'outcome' | 'sentence' | 'underlying' | 'waiver' | 'hints'> {
  const { verdict, ...told } = waive(
    { verdict: severity === 'warn' ? 'warned' : 'unknown', sentence },
    waiver,
    Date.now(),
  );
  return { outcome: verdict, ...told };
}
