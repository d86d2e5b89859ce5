import { familyOf } from '../../../data/read/cellKind';
import type { MaterialisedCounts, MaterialisePlan } from '../../../protocol/featurePlans';
import { KeyTable } from '../../../features/join/keyTable';
import { NewestRows } from '../../../features/join/newestRows';
import type { Winners } from '../../../features/join/winners';
import type { PackedRow } from '../../../features/online/onlineStore';
import { placeInLog } from '../../../features/online/places';
import type { SentRows } from '../../featuresJob';
import { keptOrder } from '../../../features/online/keptOrder';
import { packValues } from '../../../features/online/storedValues';
import type { FeatureDefinition } from '../../../protocol/features';
import { EventRows } from './eventRows';
import { OneRow } from '../read/oneRow';
import { EventPacker, keyTexts, plainCell, timeOf } from './packRows';
import { sourceRows, type SourceBatch } from '../read/sourceRows';
import { wantedOf } from '../read/wanted';

export interface Materialising {
  /** Resolves when there is room for more. */
  readonly send: (rows: SentRows) => Promise<void>;
  readonly progress: (fraction: number) => void;
}

/** Rows of a message: few, since the engine's own thread takes it in at once. */
const batchRows = 1_000;

/**
 * Sends the newest row of each key in a range of time, and for windows the events that they may still have.
 * @returns how many rows of the source are in the range, of how many keys, and how many were read of those that were pushed
 * @throws ModelyardError `data.*`, `config.invalid`, `cancelled`
 */
export async function materialiseView(
  plan: MaterialisePlan,
  { send, progress }: Materialising,
  signal: AbortSignal,
): Promise<MaterialisedCounts> {
  const { view, pushedFrom } = plan;
  const { definition } = view;
  const { matched, windows, wanted, windowRows } = wantedOf(keptOrder(definition.features));
  const keys = new KeyTable(definition.entities.map(({ type }) => type));
  const identities = windows.length > 0 && definition.identity !== undefined ? new KeyTable(['string']) : undefined;
  const once = definition.event_time === undefined ? new OneRow(keys) : undefined;
  const hasCreated = definition.created_time !== undefined;
  const range = { from: plan.from ?? -Infinity, to: plan.to, hasCreated };
  const kinds = matched.map(({ type }) => (familyOf(type) === 'text' ? 'text' : 'number'));
  const newest = new NewestRows({ ...range, kinds });
  const packer = new EventPacker(keyTexts(definition, keys), identities);
  const events = new EventRows({ ...range, oldestEvent: plan.oldestEvent });
  const given = { ...(identities && { identities }), ...(pushedFrom !== undefined && { pushedFrom }) };
  const reading = { view, keys, newKeys: true, wanted, ...given };
  let pushed = 0;
  let pushedAt = Infinity;
  const sendEvents = async (batch: SourceBatch, rows: readonly number[]): Promise<void> => {
    const from = windowRows(batch);
    for (let at = 0; at < rows.length; at += batchRows)
      await send({ kind: 'events', rows: rows.slice(at, at + batchRows).map(row => packer.pack(from, row)) });
  };
  for await (const batch of sourceRows({ ...reading, progress }, signal)) {
    once?.add(batch);
    if (batch.pushed !== undefined) {
      pushedAt = batch.firstRow - batch.pushed;
      pushed = batch.pushed + batch.rows;
    }
    newest.add({ ...batch, values: batch.values.slice(0, matched.length) });
    if (windows.length > 0) await sendEvents(batch, events.of(batch));
  }
  if (events.hasMoved)
    for await (const batch of sourceRows(reading, signal)) await sendEvents(batch, events.again(batch));
  const winners = newest.finish();
  if (matched.length > 0 || windows.length === 0)
    await sendNewest(winners, { keys, matched, keyOf: packer.keyOf, pushedAt }, send);
  return { rows: newest.rows, entities: winners.rows.reduce((all, row) => (row < 0 ? all : all + 1), 0), pushed };
}

interface Newest {
  readonly keys: KeyTable;
  readonly matched: readonly FeatureDefinition[];
  readonly keyOf: (code: number) => string;
  /** The number of the first row that was pushed. */
  readonly pushedAt: number;
}

async function sendNewest(
  winners: Winners,
  { keys, matched, keyOf, pushedAt }: Newest,
  send: Materialising['send'],
): Promise<void> {
  let rows: PackedRow[] = [];
  for (let code = 0; code < Math.min(keys.size, winners.rows.length); code++) {
    if (winners.rows[code]! < 0) continue;
    const values = matched.map(({ type }, column) => plainCell(type, winners.value(column, code)));
    const [event, created] = [timeOf(winners.events[code]), timeOf(winners.created[code])];
    const row = winners.rows[code]!;
    const place = row < pushedAt ? 0 : placeInLog(row - pushedAt);
    rows.push({ key: keyOf(code), event, created, packed: packValues(values), place });
    if (rows.length < batchRows) continue;
    await send({ kind: 'latest', rows });
    rows = [];
  }
  if (rows.length > 0) await send({ kind: 'latest', rows });
}
