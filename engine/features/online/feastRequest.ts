import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import { withLongIntegers } from '../../longIntegers';
import type { Cell } from '../../protocol/data';
import type { OnlineRequest, PushRequest } from '../../protocol/featureOnline';

const cell = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const columns = v.record(v.string(), v.array(cell));

const getSchema = v.object({
  features: v.optional(v.array(v.string())),
  feature_service: v.optional(v.nullable(v.string())),
  entities: columns,
  full_feature_names: v.optional(v.boolean()),
  request_context: v.optional(v.record(v.string(), v.union([cell, v.array(cell)]))),
});

const pushSchema = v.object({
  push_source_name: v.string(),
  df: columns,
  to: v.optional(v.picklist(['online', 'offline', 'online_and_offline'])),
  push_id: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(200)))),
});

export interface OnlineCall {
  readonly request: OnlineRequest;
  /** Names of what is given as keys, not with the request. */
  readonly keys: readonly string[];
}

/** @throws ModelyardError `params.invalid` */
export function readGetRequest(text: string): OnlineCall {
  const { entities, request_context: context = {}, ...asked } = read(getSchema, text);
  const { features = [], feature_service: service, full_feature_names: fullNames = false } = asked;
  const named = service !== null && service !== undefined && service !== '';
  if (named === features.length > 0)
    throw invalid('Give either `feature_service` or `features`, a list such as ["loans:income"].');
  const count = Object.values(entities)[0]?.length ?? 1;
  const given: Record<string, readonly Cell[]> = {};
  for (const [name, value] of Object.entries(context)) {
    if (Object.hasOwn(entities, name)) throw invalid(`\`${name}\` is given both in entities and in request_context.`);
    given[name] = Array.isArray(value) ? value : new Array<Cell>(count).fill(value);
  }
  return {
    request: { ...(named ? { service } : { features }), entities: { ...entities, ...given }, fullNames },
    keys: Object.keys(entities),
  };
}

/** `key`: the header Idempotency-Key. @throws ModelyardError `params.invalid` */
export function readPushRequest(text: string, key?: string): PushRequest {
  const { push_source_name: view, df, to = 'online', push_id } = read(pushSchema, text);
  const id = push_id ?? key;
  if (id !== undefined && (id === '' || id.length > 200)) throw invalid('The id of a push has 1 to 200 characters.');
  const names = Object.keys(df);
  const count = df[names[0] ?? '']?.length ?? 0;
  const odd = names.find(name => df[name]?.length !== count);
  if (odd !== undefined)
    throw invalid(`\`df\` must have as many values of each column: ${odd} has ${df[odd]?.length ?? 0}, ${names[0] ?? ''} ${count}.`); // prettier-ignore
  const rows = Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map(name => [name, df[name]?.[row] ?? null])),
  );
  return { view, rows, to, ...(id !== undefined && { id }) };
}

function read<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(withLongIntegers(text));
  } catch (cause) {
    throw invalid(`The body is not JSON: ${cause instanceof Error ? cause.message : ''}`);
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const at = v.getDotPath(issue);
  throw invalid(`The body does not fit${at === null ? '' : `, at \`${at}\``}: ${issue.message}.`);
}

const invalid = (message: string): ModelyardError => new ModelyardError('params.invalid', message);
