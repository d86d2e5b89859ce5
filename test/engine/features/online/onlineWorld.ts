import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import { compileExpression } from '../../../../engine/expressions/compileExpression';
import { select } from '../../../../engine/features/definition/select';
import { canonicalKey } from '../../../../engine/features/online/entityKey';
import { OnlineFeatures } from '../../../../engine/features/online/onlineFeatures';
import type { ComputedRow, PushedRow } from '../../../../engine/features/online/pusher';
import type { MakeOnDemand } from '../../../../engine/features/online/readPlan';
import { packValues } from '../../../../engine/features/online/storedValues';
import type { Cell } from '../../../../engine/protocol/data';
import type { OnlineStoreConfig } from '../../../../engine/protocol/featureConfig';
import type { FeatureViewVersion } from '../../../../engine/protocol/features';
import type { OnlineRequest, PushRequest } from '../../../../engine/protocol/featureOnline';
import type { Store } from '../../../../engine/store/store';
import { openTestStore } from '../../../support/store';
import { loans, recorded, spending } from './views';

export const start = Date.now();
export const iso = (ms: number): string => new Date(ms).toISOString();

const onDemand: MakeOnDemand = (view, types) => {
  const made = view.definition.features.flatMap(({ name, from }) => {
    const text = from.kind === 'expression' ? from.expression : name;
    const compiled = compileExpression(text, { columns: types });
    if (compiled.problem) throw new Error(compiled.problem.message);
    return [[name, compiled.expression] as const];
  });
  const byName = new Map(made);
  return {
    compute: (feature, rows, column) => byName.get(feature)!.evaluate({ rows, column }),
  };
};

/** What the definitions of this test make of pushed rows. */
function compute(version: FeatureViewVersion, rows: readonly PushedRow[]): readonly ComputedRow[] {
  const { definition } = version;
  if (definition.kind !== 'batch') return [];
  const time = (cell: Cell | undefined): number | undefined => {
    const ms = typeof cell === 'string' ? Date.parse(cell) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms * 1000;
  };
  return rows.map(row => {
    const key = canonicalKey(
      definition.entities,
      definition.entities.map(entity => row[entity.key]),
    );
    const [event, created] = [time(row['at']), time(row['known_at'])];
    if (key === undefined || event === undefined || created === undefined)
      return { isLeftOut: false, ...(key !== undefined && { key }), ...(event !== undefined && { event }) };
    const times = { key, event, created };
    const amount = row['amount'] ?? null;
    if (version.view === 'loans')
      return { isLeftOut: false, ...times, latest: { ...times, packed: packValues([amount, row['grade'] ?? null]) } };
    return {
      isLeftOut: false,
      ...times,
      windows: { ...times, values: [amount, Number(amount) > 0 ? 1 : false, amount] },
    };
  });
}

export async function onlineWorld(options: { readonly store?: OnlineStoreConfig; readonly workspace?: Store } = {}) {
  const workspace = options.workspace ?? (await openTestStore());
  const versions = new Map<string, FeatureViewVersion>();
  versions.set('loans', recorded(workspace, 'loans', loans));
  versions.set('spending', recorded(workspace, 'spending', spending));
  versions.set(
    'affordability',
    recorded(workspace, 'affordability', {
      kind: 'on-demand',
      request: { asked: 'number' },
      uses: ['loans@v1:amount'],
      features: [{ name: 'share', type: 'number', from: { kind: 'expression', expression: 'asked / amount' } }],
    }),
  );
  const state = {
    ...{ now: start, stamp: '1', selections: 0, config: options.store ?? ({ kind: 'local' } as const) },
    problem: undefined as ModelyardError | undefined,
  };
  const read = (): void => {
    if (state.problem) throw state.problem;
  };
  const folder = path.join(workspace.root, '.modelyard', 'pushed');
  mkdirSync(folder, { recursive: true });
  const online = new OnlineFeatures({
    db: workspace.db,
    folder,
    env: {},
    stamp: () => state.stamp,
    config: async () => {
      read();
      return state.config;
    },
    select: async ({ features = [], fullNames = false }) => {
      state.selections++;
      read();
      return select(features, {
        fullNames,
        version: view => {
          const found = versions.get(view);
          if (found) return found;
          throw new ModelyardError('not-found', `There is no feature view ${view}.`);
        },
      });
    },
    versions: async (views = ['loans', 'spending']) => ({
      versions: views.flatMap(view => versions.get(view) ?? []),
      failures: [],
    }),
    async *rows() {},
    sourceStamp: async () => '1',
    compute: async (version, rows) => compute(version, rows),
    onDemand,
    now: () => state.now,
  });
  onTestFinished(() => online.close());
  const loan = (id: Cell, at: number, amount: Cell, grade: Cell = 'A') =>
    ({ applicant_id: id, at: iso(at), amount, grade }) satisfies PushedRow;
  const push = (view: string, rows: readonly PushedRow[], to: PushRequest['to'] = 'online', id?: string) =>
    online.push({ view, rows, to, ...(id !== undefined && { id }) });
  const get = async (features: readonly string[], entities: OnlineRequest['entities']) => {
    const answer = await online.get({ features, entities });
    return answer.features.map(({ name, values, statuses }) => ({ name, values, statuses }));
  };
  return { workspace, online, state, folder, loan, push, get };
}
