import type { RunCurves } from '../../protocol/curves';
import type { ChartSpec } from '../spec';

/** A metric of several runs as a chart without any setting: the mean, and the band around it where points were gathered. */
export function plainCurves(
  { key, curves, extent }: RunCurves,
  runs: readonly { readonly id: string; readonly label: string; readonly slot: number }[],
): ChartSpec | undefined {
  if (extent === null || curves.every(({ total }) => total < 2)) return undefined;
  return {
    title: key,
    summary: curves.map(({ total }) => total).join(', '),
    x: { label: 'step', min: extent[0], max: extent[1] },
    y: { label: '' },
    series: runs.flatMap(run => {
      const curve = curves.find(({ runId }) => runId === run.id);
      if (!curve) return [];
      const points = curve.x.map((x, at) => ({
        x,
        y: curve.mean[at] ?? NaN,
        ...(curve.sampled && { low: curve.min[at] ?? NaN, high: curve.max[at] ?? NaN }),
      }));
      return [{ label: run.label, slot: run.slot, band: curve.sampled, points }];
    }),
  };
}
