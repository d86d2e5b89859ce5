import * as v from 'valibot';
import { malformed } from './foreignModel';

const whole = v.pipe(v.number(), v.integer());
const wholes = v.array(whole);
const numbers = v.array(v.number());
/** XGBoost writes its parameters as texts. */
const count = v.pipe(v.string(), v.digits(), v.transform(Number));
const flags = v.array(v.union([v.picklist([0, 1]), v.pipe(v.boolean(), v.transform(Number))]));

const treeSchema = v.object({
  tree_param: v.object({ num_nodes: count, size_leaf_vector: v.optional(count, '1') }),
  left_children: wholes,
  right_children: wholes,
  split_indices: wholes,
  split_conditions: numbers,
  default_left: flags,
  sum_hessian: numbers,
  loss_changes: numbers,
  split_type: v.optional(flags, []),
  categories: v.optional(wholes, []),
  categories_nodes: v.optional(wholes, []),
  categories_segments: v.optional(wholes, []),
  categories_sizes: v.optional(wholes, []),
});
export type XgboostTree = v.InferOutput<typeof treeSchema>;

/** Names of the categories of one column: texts as bytes with offsets, or numbers; empty for other columns. */
const encodingSchema = v.union([
  v.object({ offsets: wholes, values: v.array(v.pipe(whole, v.minValue(-128), v.maxValue(255))) }),
  v.object({ type: whole, values: numbers }),
]);
export type XgboostEncoding = v.InferOutput<typeof encodingSchema>;

const ensembleSchema = v.object({
  gbtree_model_param: v.object({ num_trees: count }),
  tree_info: wholes,
  trees: v.array(treeSchema),
  cats: v.optional(v.object({ enc: v.optional(v.array(encodingSchema), []) })),
});

const learnerSchema = v.object({
  attributes: v.optional(v.record(v.string(), v.string()), {}),
  feature_names: v.optional(v.array(v.string()), []),
  feature_types: v.optional(v.array(v.string()), []),
  learner_model_param: v.object({ base_score: v.string(), num_class: count, num_feature: count }),
  objective: v.object({ name: v.string() }),
  gradient_booster: v.object({ name: v.string(), model: v.optional(v.unknown()) }),
});

/** What the JSON of `save_model` holds, as far as it is needed. */
export type XgboostLearner = v.InferOutput<typeof learnerSchema>;
export type XgboostEnsemble = v.InferOutput<typeof ensembleSchema>;

/** @throws ModelyardError `data.unreadable` naming the key */
export const learnerOf = (json: unknown, file: string): XgboostLearner =>
  checked(v.object({ learner: learnerSchema }), json, { file, above: '' }).learner;

/** @throws ModelyardError `data.unreadable` naming the key */
export const ensembleOf = (learner: XgboostLearner, file: string): XgboostEnsemble =>
  checked(ensembleSchema, learner.gradient_booster.model, { file, above: 'learner.gradient_booster.model' });

function checked<T>(
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
  { file, above }: { readonly file: string; readonly above: string },
): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const key = [above, v.getDotPath(issue) ?? ''].filter(part => part !== '').join('.');
  throw malformed({ file, key }, `is no model of XGBoost: ${issue.message}.`);
}
