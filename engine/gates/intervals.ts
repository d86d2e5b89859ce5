import type { LevelIntervals, Range } from '../protocol/evaluationParts';
import type { Judged } from './evaluationFile';
import { readable } from './numbers';

/** The interval of a metric of all rows at that confidence, where it was drawn. */
export function intervalOf(
  { intervals, intervalsAt }: Pick<Judged, 'intervals' | 'intervalsAt'>,
  metric: string,
  confidence: number,
): Range | undefined {
  const found = confidence === 0.95 ? intervals : intervalsAt?.[String(confidence)];
  return usable(found?.[metric]);
}

/** The same of a part that has its intervals by confidence. */
export const levelOf = (levels: LevelIntervals | undefined, metric: string, confidence: number): Range | undefined =>
  usable(levels?.[String(confidence)]?.[metric]);

const usable = (range: Range | undefined): Range | undefined => (range?.every(Number.isFinite) ? range : undefined);

/** 0.95 → `95 %` */
export const level = (confidence: number): string => `${readable(confidence * 100)} %`;

/** `0.72 – 0.81` */
export const rangeText = ([low, high]: Range): string => `${readable(low)} – ${readable(high)}`;
