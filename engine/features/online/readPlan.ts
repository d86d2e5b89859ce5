import type { ColumnType } from '../../protocol/data';
import type { WindowOrigin } from '../../protocol/featureConfig';
import type { EntityKey, FeatureDefinition, FeatureViewDefinition } from '../../protocol/features';
import type { Vector } from '../../expressions/vectors';
import { neededRequest } from '../definition/neededRequest';
import { parseReference, referenceText } from '../definition/reference';
import type { FeatureSelection, SelectedColumn, SelectedView } from '../definition/select';
import { keptOrder } from './keptOrder';
import { onlineTarget, type OnlineTarget } from './onlineStore';

/** Computes features of an on-demand view from what it is asked with and what it uses. */
export interface OnDemandComputer {
  compute(feature: string, rows: number, column: (name: string) => Vector): Vector;
}
export type MakeOnDemand = (view: SelectedView, types: ReadonlyMap<string, ColumnType>) => OnDemandComputer;

export interface BatchPlan {
  readonly name: string;
  readonly target: OnlineTarget;
  readonly entities: readonly EntityKey[];
  readonly hasTimes: boolean;
  readonly wantsRows: boolean;
  /** µs of the longest window that is wanted; 0: none. */
  readonly longest: number;
}

/** Where a feature comes from. */
export type FeaturePlan =
  | { readonly kind: 'row'; readonly type: ColumnType; readonly view: BatchPlan; readonly index: number }
  | {
      readonly kind: 'window';
      readonly type: ColumnType;
      readonly view: BatchPlan;
      readonly index: number;
      readonly window: WindowOrigin;
    }
  | { readonly kind: 'on-demand'; readonly type: ColumnType; readonly view: OnDemandPlan; readonly feature: string };

export interface OnDemandPlan {
  readonly name: string;
  readonly computer: OnDemandComputer;
  readonly request: ReadonlyMap<string, ColumnType>;
  /** References by the name in expressions. */
  readonly uses: ReadonlyMap<string, string>;
}

/** All that is known of a request before its entities are. */
export interface ReadPlan {
  readonly views: readonly BatchPlan[];
  readonly columns: readonly SelectedColumn[];
  /** By reference, with those that on-demand views use. */
  readonly features: ReadonlyMap<string, FeaturePlan>;
  /** Names of what must be given: keys, and what features are computed with. */
  readonly required: readonly string[];
  /** Names of what may be given: also what other features of the same views are computed with. */
  readonly known: readonly string[];
}

export function readPlan({ views, columns }: FeatureSelection, makeOnDemand: MakeOnDemand): ReadPlan {
  const batch: BatchPlan[] = [];
  const features = new Map<string, FeaturePlan>();
  const [needed, known] = [new Set<string>(), new Set<string>()];
  for (const view of views) {
    if (view.definition.kind !== 'batch') continue;
    const plan = batchPlan(view, view.definition);
    batch.push(plan);
    for (const [name, feature] of batchFeatures(view, plan)) features.set(`${plan.name}:${name}`, feature);
  }
  for (const view of views) {
    if (view.definition.kind !== 'on-demand') continue;
    const given = new Map(Object.entries(view.definition.request));
    for (const key of given.keys()) known.add(key);
    for (const key of neededRequest(view.definition, view.features).keys()) needed.add(key);
    const uses = new Map(view.definition.uses.map(text => [parseReference(text).feature ?? text, text]));
    const types = new Map(given);
    for (const [name, reference] of uses) types.set(name, features.get(reference)?.type ?? 'number');
    const name = referenceText({ view: view.view, version: view.version });
    const plan: OnDemandPlan = { name, request: given, uses, computer: makeOnDemand(view, types) };
    for (const { name: feature, type } of wanted(view))
      features.set(`${name}:${feature}`, { kind: 'on-demand', type, view: plan, feature });
  }
  const keys = [...new Set(batch.flatMap(({ entities }) => entities.map(({ key }) => key)))];
  return { views: batch, columns, features, required: [...keys, ...needed], known: [...keys, ...known] };
}

const wanted = ({ definition, features }: SelectedView): readonly FeatureDefinition[] =>
  definition.features.filter(({ name }) => features.includes(name));

type BatchDefinition = Extract<FeatureViewDefinition, { readonly kind: 'batch' }>;

function batchPlan(view: SelectedView, definition: BatchDefinition): BatchPlan {
  const spans = wanted(view).map(({ from }) => (from.kind === 'window' ? from.over * 1000 : 0));
  return {
    name: referenceText({ view: view.view, version: view.version }),
    target: onlineTarget(view),
    entities: definition.entities,
    hasTimes: definition.event_time !== undefined,
    wantsRows: spans.includes(0),
    longest: Math.max(0, ...spans),
  };
}

/** Where the values of a row and of an event stand: those of rows here, those of windows there. */
function* batchFeatures(view: SelectedView, plan: BatchPlan): Generator<readonly [string, FeaturePlan]> {
  let [ofRow, ofWindow] = [0, 0];
  for (const { name, type, from } of keptOrder(view.definition.features)) {
    const index = from.kind === 'window' ? ofWindow++ : ofRow++;
    if (!view.features.includes(name)) continue;
    if (from.kind === 'window') yield [name, { kind: 'window', type, view: plan, index, window: from }];
    else yield [name, { kind: 'row', type, view: plan, index }];
  }
}
