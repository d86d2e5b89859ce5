import { answer, asMlflowError, MlflowError } from './failures';
import { Fields } from './fields';
import { checkLimits, fieldsOf } from './graphqlLimits';
import { parseQuery, QueryError } from './graphqlParser';
import type { Field, Operation, Query, Selection, Value } from './graphqlParser';
import { ROOT_CALLS, TYPES } from './graphqlTypes';
import type { HttpRequest, HttpResponse } from '../http';
import { isObject, Numeral, readJson, writeJson } from './json';
import type { Json, JsonObject } from './json';
import { JsonBytes } from './jsonList';
import { wholeBody } from './requestBody';
import type { Routes } from './routes';

type Members = Readonly<Record<string, unknown>>;

/** `/graphql`, as MLflow's web pages ask: each root field is a call of the REST API, of whose answer parts are taken. */
export async function graphql(routes: Routes, request: HttpRequest): Promise<HttpResponse> {
  const { query, variables, operationName } = readJson(await wholeBody(request));
  const errors: string[] = [];
  let data: Json = null;
  try {
    if (typeof query !== 'string') throw new QueryError('Must provide query string.');
    const parsed = parseQuery(query);
    checkLimits(parsed);
    const operation = pick(parsed, operationName);
    const run = new Run({ routes, query: parsed, operation, variables: isObject(variables) ? variables : {}, errors });
    data = await run.root();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    errors.push(error.message);
  }
  return answer({ data, errors: errors.length > 0 ? errors : null });
}

function pick({ operations }: Query, name: unknown): Operation {
  if (typeof name === 'string' && name !== '') {
    const found = operations.find(operation => operation.name === name);
    if (found === undefined) throw new QueryError(`Unknown operation named '${name.slice(0, 100)}'.`);
    return found;
  }
  const [first] = operations;
  if (first === undefined || operations.length > 1)
    throw new QueryError('Must provide operation name if query contains multiple operations.');
  return first;
}

interface RunOptions {
  readonly routes: Routes;
  readonly query: Query;
  readonly operation: Operation;
  readonly variables: Members;
  /** What failed on the way. */
  readonly errors: string[];
}

/** One operation under way. */
class Run {
  constructor(private readonly options: RunOptions) {}

  async root(): Promise<JsonObject> {
    const { kind, selections } = this.options.operation;
    const type = kind === 'query' ? 'Query' : 'Mutation';
    const fields = this.fields(type, selections);
    const data: Record<string, Json> = {};
    for (const field of fields) data[field.alias ?? field.name] = await this.rootField(type, field);
    return data;
  }

  private async rootField(type: string, field: Field): Promise<Json> {
    if (field.name === '__typename') return type;
    const result = TYPES[type]?.[field.name] ?? '';
    this.check(result, field);
    const call = ROOT_CALLS[field.name];
    if (call === undefined) {
      const output = this.argument(field.arguments.get('inputString') ?? null);
      return field.name === 'test' ? this.object(result, { output }, field) : null;
    }
    const input = this.argument(field.arguments.get('input') ?? { members: new Map() });
    const answered = await this.call(call, isObject(input) ? input : {});
    return answered === undefined ? null : this.object(result, answered, field);
  }

  /** The answer of a call; undefined after a failure, which is noted. */
  private async call(name: string, input: Members): Promise<Members | undefined> {
    const [method = '', path = ''] = name.split(' ', 2);
    try {
      const route = this.options.routes.find(method, path);
      if (route === undefined) throw new QueryError(`${path} is not answered by this server.`);
      const found = await route.call(new Fields(input));
      return readJson(found instanceof JsonBytes ? found.bytes : Buffer.from(writeJson(found)));
    } catch (error) {
      const known = asMlflowError(error);
      if (!(known instanceof MlflowError) && !(known instanceof QueryError)) throw error;
      this.options.errors.push(known.message);
      return undefined;
    }
  }

  private async object(type: string, value: Members, field: Field): Promise<Json> {
    const result: Record<string, Json> = {};
    for (const inner of this.fields(type, field.selections ?? []))
      result[inner.alias ?? inner.name] =
        inner.name === '__typename' ? type : await this.member({ type, value, field: inner });
    return result;
  }

  private async member({ type, value, field }: { type: string; value: Members; field: Field }): Promise<Json> {
    const wanted = TYPES[type]?.[field.name] ?? '';
    this.check(wanted, field);
    if (wanted === 'ApiError') return null;
    if (type === 'MlflowRun' && field.name === 'experiment') return this.experimentOf(value, field);
    if (type === 'MlflowRun' && field.name === 'modelVersions') return this.versionsOf(value, field);
    return this.typed(wanted, value[snakeCase(field.name)], field);
  }

  /** What is absent is as protocol buffers have it: empty. */
  private async typed(type: string, value: unknown, field: Field): Promise<Json> {
    if (type.startsWith('[')) {
      const list: readonly unknown[] = Array.isArray(value) ? value : [];
      const items: Json[] = [];
      for (const item of list) items.push(await this.typed(type.slice(1, -1), item, field));
      return items;
    }
    if (Object.hasOwn(TYPES, type)) return this.object(type, isObject(value) ? value : {}, field);
    return scalar(type, value);
  }

  private async experimentOf(run: Members, field: Field): Promise<Json> {
    const found = await this.call('GET experiments/get', { experiment_id: member(run, 'info', 'experiment_id') });
    return found === undefined ? null : this.typed('MlflowExperiment', found['experiment'], field);
  }

  private async versionsOf(run: Members, field: Field): Promise<Json> {
    const filter = `run_id='${String(member(run, 'info', 'run_id'))}'`;
    const found = await this.call('GET model-versions/search', { filter });
    return found === undefined ? null : this.typed('[MlflowModelVersion]', found['model_versions'], field);
  }

  private fields(type: string, selections: readonly Selection[]): readonly Field[] {
    const fields = fieldsOf(selections, this.options.query.fragments);
    for (const { name } of fields)
      if (name !== '__typename' && !Object.hasOwn(TYPES[type] ?? {}, name))
        throw new QueryError(`Cannot query field '${name}' on type '${type}'.`);
    return fields;
  }

  private check(type: string, field: Field): void {
    const hasParts = Object.hasOwn(TYPES, type.replace(/^\[|\]$/g, ''));
    if (hasParts && field.selections === undefined)
      throw new QueryError(
        `Field '${field.name}' of type '${type}' must have a selection of subfields. ` +
          `Did you mean '${field.name} { ... }'?`,
      );
    if (!hasParts && field.selections !== undefined)
      throw new QueryError(`Field '${field.name}' must not have a selection since type '${type}' has no subfields.`);
  }

  private argument(value: Value): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if ('variable' in value) {
      const given = this.options.variables[value.variable];
      return given === undefined ? this.argument(this.options.operation.defaults.get(value.variable) ?? null) : given;
    }
    if ('members' in value)
      return Object.fromEntries([...value.members].map(([name, member]) => [name, this.argument(member)]));
    return value.map(item => this.argument(item));
  }
}

function scalar(type: string, value: unknown): Json {
  const text = value instanceof Numeral ? value.text : value;
  switch (type) {
    case 'Long':
      return typeof text === 'number' || typeof text === 'string' ? String(text) : '0';
    case 'Float':
      return text === undefined ? 0 : typeof text === 'number' ? text : null; // there is no NaN in GraphQL
    case 'Boolean':
      return text === true;
    default:
      return typeof text === 'string' ? text : '';
  }
}

function member(value: Members, ...path: readonly string[]): unknown {
  const [name = '', ...rest] = path;
  const inner = value[name];
  return rest.length === 0 ? inner : isObject(inner) ? member(inner, ...rest) : undefined;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
