import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { OnlineFeatures } from '../../../../../engine/features/online/onlineFeatures';
import type { MaterialisedRows } from '../../../../../engine/features/online/rowSource';
import { select } from '../../../../../engine/features/definition/select';
import { materialiseView } from '../../../../../engine/process/features/online/materialiseView';
import { computePushed } from '../../../../../engine/process/features/online/pushedRows';
import { KeyTable } from '../../../../../engine/features/join/keyTable';
import { askedNow } from '../../../../../engine/process/features/join/entitiesNow';
import { joinView } from '../../../../../engine/process/features/join/joinView';
import type { Cell } from '../../../../../engine/protocol/data';
import type { OnlineStoreConfig } from '../../../../../engine/protocol/featureConfig';
import type { BatchDefinition, BatchView } from '../../../../../engine/protocol/featurePlans';
import type { PushRequest } from '../../../../../engine/protocol/featureOnline';
import type { FeatureDefinition } from '../../../../../engine/protocol/features';
import type { DatasetSource } from '../../../../../engine/protocol/jobs';
import type { Store } from '../../../../../engine/store/store';
import { openTestStore } from '../../../../support/store';
import { recorded } from '../../../features/online/views';
import { column, dataset, never, newFolder, quiet } from '../world';

export const day = 86_400_000;
export const iso = (ms: number): string => new Date(ms).toISOString();
export type Row = Readonly<Record<string, Cell>>;

const window = (name: string, from: Omit<Extract<FeatureDefinition['from'], { kind: 'window' }>, 'kind'>) =>
  ({ name, type: 'number', from: { kind: 'window', ...from } }) satisfies FeatureDefinition;

/** Columns as they are, and windows of three and of five days. */
export const features: readonly FeatureDefinition[] = [
  column('amount'),
  column('tag', 'string'),
  window('n', { aggregate: 'count', over: 5 * day }),
  window('sum', { aggregate: 'sum', of: 'amount', over: 3 * day }),
  window('last', { aggregate: 'last', of: 'amount', over: 5 * day }),
  window('big', { aggregate: 'count', over: 5 * day, where: 'amount > 2' }),
];
const columns = ['id', 'tx', 'at', 'known', 'amount', 'tag'];
export const keys = [1, 2];

let worlds = 0;

interface WorldOptions {
  /** ms since 1970 */
  readonly start: number;
  readonly store?: OnlineStoreConfig;
  readonly workspace?: Store;
}

/** A feature view with a CSV file and rows that are pushed, online in a store, and joined with the same code as training sets are. */
export async function agreementWorld(more: Partial<BatchDefinition>, options: WorldOptions) {
  const workspace = options.workspace ?? (await openTestStore());
  const name = `loans${++worlds}`;
  const folder = newFolder();
  const source = dataset(folder, 'source.csv', `${columns.join(',')}\n`);
  const definition: BatchDefinition = {
    ...{ kind: 'batch', push: true, timezone: 'UTC', event_time: 'at', features },
    entities: [{ entity: 'applicant', key: 'id', type: 'integer' }],
    source: { dataset: 'source', path: 'source.csv', format: 'csv', missing: [] },
    ...more,
  };
  const version = recorded(workspace, name, definition);
  const state = { now: options.start, cancelAfter: Infinity };
  const pushed = path.join(folder, 'pushed');
  mkdirSync(pushed);
  const view = (): BatchView => {
    const log = online.pushedFile(name);
    const logged: DatasetSource | undefined = log && {
      name: 'loans',
      file: 'pushed',
      format: 'jsonl',
      missing: [],
      expect: [],
      ...log,
    };
    return { view: 'loans', version: 1, definition, sources: logged ? [source, logged] : [source] };
  };
  let cancelling = new AbortController();
  const online = new OnlineFeatures({
    db: workspace.db,
    folder: pushed,
    env: {},
    stamp: () => '1',
    config: async () => options.store ?? { kind: 'local' },
    select: async asked => select(asked.features ?? [], { fullNames: false, version: () => version }),
    versions: async () => ({ versions: [version], failures: [] }),
    /** Row by row, so that it can be cancelled anywhere. */
    async *rows({ from, to, oldestEvent, pushedFrom }, signal) {
      const range = {
        to,
        oldestEvent,
        ...(from !== undefined && { from }),
        ...(pushedFrom !== undefined && { pushedFrom }),
      };
      const parts: MaterialisedRows[] = [];
      const send = async (rows: MaterialisedRows): Promise<void> => {
        if (rows.kind === 'latest') for (const row of rows.rows) parts.push({ kind: 'latest', rows: [row] });
        else if (rows.kind === 'events') for (const row of rows.rows) parts.push({ kind: 'events', rows: [row] });
      };
      const end = await materialiseView({ view: view(), ...range }, { send, progress: quiet }, signal);
      for (const [at, part] of parts.entries()) {
        if (at >= state.cancelAfter) cancelling.abort();
        yield part;
      }
      yield { kind: 'end', ...end };
    },
    sourceStamp: async () => String(statSync(path.join(folder, 'source.csv')).size),
    compute: async (_, rows) => computePushed(view(), rows),
    onDemand: () => ({ compute: () => ({ kind: 'number', values: new Float64Array() }) }),
    now: () => state.now,
  });
  const names = features.map(({ name }) => name);
  return {
    ...{ state, online },
    write: (rows: readonly Row[]): void =>
      appendFileSync(
        path.join(folder, 'source.csv'),
        rows.map(row => `${columns.map(name => row[name] ?? '').join(',')}\n`).join(''),
      ),
    push: (request: Omit<PushRequest, 'view'>) => online.push({ view: name, ...request }),
    /** Resolves with whether it was completed. */
    async materialise(asked: { from?: number; to?: number; full?: boolean }, cancelAfter = Infinity): Promise<boolean> {
      cancelling = new AbortController();
      state.cancelAfter = cancelAfter;
      try {
        await online.materialise(asked, cancelling.signal);
        return true;
      } catch (error) {
        if (cancelling.signal.aborted) return false;
        throw error;
      }
    },
    /** By key the value, status and time (ms) of each feature online. */
    async answers() {
      const answer = await online.get({ features: [name], entities: { id: keys } });
      return keys.map((_, at) =>
        answer.features.map(({ values, statuses, eventTimes }) => ({
          ...{ value: values[at]!, status: statuses[at]! },
          time: eventTimes[at] ?? null,
        })),
      );
    },
    /** The same as a join finds it now. */
    async joined() {
      const table = new KeyTable(['integer']);
      const codes = new Int32Array(keys.length);
      table.add([{ text: row => String(keys[row]) }], keys.length, codes);
      const asked = askedNow(table, state.now);
      const { features: found } = await joinView({ view: view(), features: names, asked, mode: 'known' }, never);
      return keys.map((_, at) => found.map(feature => ({ value: feature.value(at), status: feature.status(at) })));
    },
    /** Of this world's view. */
    close: () => online.close(),
    names,
  };
}

const statusOf = {
  ...{ present: 'PRESENT', 'null-value': 'NULL_VALUE', 'no-row': 'NOT_FOUND', 'not-yet-known': 'NOT_FOUND' },
  ...{ expired: 'OUTSIDE_MAX_AGE', 'no-key': 'NOT_FOUND', 'no-time': 'NOT_FOUND' },
} as const;

type World = Awaited<ReturnType<typeof agreementWorld>>;

/** What differs between both, as texts. A value that had expired when it was first brought online need not be there. */
export async function differences(world: World): Promise<readonly string[]> {
  const [answers, joined] = [await world.answers(), await world.joined()];
  return keys.flatMap((key, at) =>
    world.names.flatMap((name, index) => {
      const [online, join] = [answers[at]![index]!, joined[at]![index]!];
      const expected = { value: join.value, status: statusOf[join.status] };
      const isForgotten = join.status === 'expired' && online.status === 'NOT_FOUND';
      if (online.value === join.value && (isForgotten || online.status === expected.status)) return [];
      return [`${name} of ${key}: online ${JSON.stringify(online)}, joined ${JSON.stringify(expected)}`];
    }),
  );
}
