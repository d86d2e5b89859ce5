import { firstColumns } from '../../../data/firstColumns';
import { ValueColumn } from '../../../data/read/valueColumn';
import type { BatchView } from '../../../protocol/featurePlans';
import { KeyTable } from '../../../features/join/keyTable';
import { valueAt } from '../../../features/join/values';
import { keptOrder } from '../../../features/online/keptOrder';
import { packValues } from '../../../features/online/storedValues';
import type { ComputedRow, PushedRow } from '../../../features/online/pusher';
import type { DatasetSource } from '../../../protocol/jobs';
import { declaredColumns } from '../read/batchView';
import { EventPacker, keyTexts, plainCell, timeOf } from './packRows';
import { ViewReader, type ViewRows } from '../read/viewReader';
import { wantedOf } from '../read/wanted';

/** The columns of a file as its first rows have them. */
export type ColumnsOf = typeof firstColumns;

/**
 * What a view makes of rows that are pushed: the same as of rows of its source.
 * @throws ModelyardError `data.column` with the number of the row, `config.invalid`
 */
export async function computePushed(
  view: BatchView,
  pushed: readonly PushedRow[],
  columns: ColumnsOf = firstColumns,
): Promise<readonly ComputedRow[]> {
  const { definition } = view;
  const types = declaredColumns(definition);
  const [file] = view.sources;
  if (file && definition.source) for (const { name, type } of await columns(file)) types.set(name, type);
  const { matched, windows, wanted, windowRows } = wantedOf(keptOrder(definition.features));
  const keys = new KeyTable(definition.entities.map(({ type }) => type));
  const identities = windows.length > 0 && definition.identity !== undefined ? new KeyTable(['string']) : undefined;
  const reading = { view, types, keys, newKeys: true, wanted };
  const reader = new ViewReader({ ...reading, ...(identities && { identities }) });
  const source = pushedSource(view, file);
  const { batch, names } = batchOf(pushed, source);
  const rows: ViewRows = await reader.read(source, batch, names);
  const packer = new EventPacker(keyTexts(definition, keys), identities);
  const events = windowRows({ ...rows, source, batch, firstRow: 0 });
  return pushed.map((_, row): ComputedRow => {
    const code = rows.keys[row]!;
    const [event, created] = [rows.events?.[row], rows.created?.[row]];
    const key = code < 0 ? undefined : packer.keyOf(code);
    const known = {
      isLeftOut: rows.keep?.[row] === 0,
      ...(key !== undefined && { key }),
      ...(isTime(event) && { event }),
      ...(isTime(created) && { created }),
    };
    if (key === undefined) return known;
    const values = matched.map(({ type }, column) => plainCell(type, valueAt(rows.values[column]!, row)));
    const latest = { key, event: timeOf(event), created: timeOf(created), packed: packValues(values) };
    return {
      ...known,
      ...(matched.length > 0 && { latest }),
      ...(windows.length > 0 && { windows: packer.values(events, row) }),
    };
  });
}

const isTime = (micros: number | undefined): micros is number => micros !== undefined && !Number.isNaN(micros);

const pushedSource = ({ view }: BatchView, file: DatasetSource | undefined): DatasetSource => ({
  ...{
    name: view,
    path: '',
    file: `rows pushed to ${view}`,
    format: 'jsonl',
    missing: file?.missing ?? [],
    expect: [],
  },
});

/** As if they had been read from a file of JSON lines. */
function batchOf(pushed: readonly PushedRow[], source: DatasetSource) {
  const names = [...new Set(pushed.flatMap(row => Object.keys(row)))];
  const hints = { datesInTexts: true, decimals: false, days: false, missing: new Set(source.missing) };
  const values = names.map(name => pushed.map(row => (Object.hasOwn(row, name) ? row[name] : null)));
  const batch = {
    rows: pushed.length,
    firstRow: 0,
    line: (row: number) => row + 1,
    column: (index: number) => new ValueColumn(values[index]!, pushed.length, hints),
  };
  return { batch, names };
}
