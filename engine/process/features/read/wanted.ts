import type { WindowRows } from '../../../features/windows/windowJoin';
import type { WindowOrigin } from '../../../protocol/featureConfig';
import type { FeatureDefinition } from '../../../protocol/features';
import type { SourceBatch } from './sourceRows';
import type { Wanted } from './viewReader';

type WindowDefinition = FeatureDefinition & { readonly from: WindowOrigin };

const isWindow = (feature: FeatureDefinition): feature is WindowDefinition => feature.from.kind === 'window';

/** What features want of the rows of their view: first those of rows, then of each window its value, then its condition. */
export function wantedOf(features: readonly FeatureDefinition[]) {
  const matched = features.filter(feature => !isWindow(feature));
  const windows = features.filter(isWindow);
  const conditions = windows.flatMap(({ name, from }) =>
    from.where === undefined ? [] : [{ kind: 'expression', text: from.where, of: name } as const],
  );
  const wanted: readonly Wanted[] = [
    ...[...matched, ...windows].map(({ name }) => ({ kind: 'feature', name }) as const),
    ...conditions,
  ];
  const values = { from: matched.length, to: matched.length + windows.length };
  /** The rows as windows want them. */
  const windowRows = (batch: SourceBatch): WindowRows & Pick<SourceBatch, 'pushed'> => {
    let next = values.to;
    const masks = windows.map(({ from }) => (from.where === undefined ? undefined : maskOf(batch, next++)));
    const events = batch.events ?? new Float64Array(batch.rows).fill(Number.NaN);
    return { ...batch, events, values: batch.values.slice(values.from, values.to), masks };
  };
  return { matched, windows, wanted, windowRows };
}

function maskOf({ values, rows }: SourceBatch, index: number): Uint8Array {
  const mask = new Uint8Array(rows);
  const condition = values[index]!;
  if (condition.kind === 'number') for (let row = 0; row < rows; row++) mask[row] = condition.values[row] === 1 ? 1 : 0;
  return mask;
}
