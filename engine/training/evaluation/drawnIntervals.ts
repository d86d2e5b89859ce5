import type { Evaluation } from '../../protocol/evaluation';
import { bootstrapLevels, type BootstrapSettings } from './bootstrap';
import { cellCodes, drawGroups } from './groupDraws';
import type { Scored } from './scored';

/** Of all metrics and of the rate of the favourable outcome: at 0.95, and at other confidences that are asked for. */
export async function drawnIntervals(
  scored: Scored,
  settings: BootstrapSettings & { readonly levels: readonly number[] },
  signal: AbortSignal,
): Promise<Pick<Evaluation, 'intervals' | 'intervalsAt'>> {
  const drawn = await bootstrapLevels(scored, settings, signal);
  const cells = settings.rounds > 0 ? cellCodes(scored, settings.decision, new Int32Array(scored.y.length)) : undefined;
  const [rates = {}] = cells ? (await drawGroups(cells, 1, { drawing: settings, signal })).rates : [];
  const { '0.95': intervals = {}, ...others } = Object.fromEntries(
    Object.entries(drawn).map(([level, found]) => {
      const rate = rates[level]?.['selection_rate'];
      return [level, { ...found, ...(rate && { selection_rate: rate }) }];
    }),
  );
  return { intervals, ...(Object.keys(others).length > 0 && { intervalsAt: others }) };
}
