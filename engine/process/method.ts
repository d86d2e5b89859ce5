import * as v from 'valibot';
import { ModelyardError } from '../errors';
import type { Hello } from '../protocol/engine';
import type { Method, Params, Result } from '../protocol/methods';
import type { ProgressReport } from '../protocol/progress';

/** What a handler knows of the call besides its parameters. */
export interface CallContext {
  readonly client: Hello['client'];
  /** Whether the caller trusts the workspace: else nothing may be started for it. */
  readonly trusted: boolean;
  /** Aborted when the caller cancels, or has gone and the call should not outlive it. */
  readonly signal: AbortSignal;
  /** Aborted when the caller has left, whatever becomes of the call: the same for all calls of a connection. */
  readonly gone: AbortSignal;
  readonly progress: (report: ProgressReport) => void;
}

/** A method with its schema and handler inside: takes what came over the wire. */
export interface BoundMethod<M extends Method> {
  invoke(params: unknown, context: CallContext): Promise<Result<M>>;
}

/** The methods of one room, by the first part of their names: none can be forgotten. */
export type MethodsOf<Room extends string> = {
  readonly [M in Extract<Exclude<Method, 'engine/hello'>, `${Room}/${string}`>]: BoundMethod<M>;
};

/** A schema that leaves out a parameter is an error: `never` accepts nothing. */
type Complete<Expected, Actual> = string extends keyof Expected
  ? unknown
  : [keyof Expected] extends [keyof Actual]
    ? unknown
    : never;

export interface MethodDefinition<M extends Method, S extends v.GenericSchema<unknown, Params<M>>> {
  readonly params: S & Complete<Params<M>, v.InferOutput<S>>;
  run(params: Params<M>, context: CallContext): Result<M> | Promise<Result<M>>;
}

/** Binds a handler to the schema of its parameters; both must fit `Methods[M]`. */
export function method<M extends Method, S extends v.GenericSchema<unknown, Params<M>>>(
  name: M,
  definition: MethodDefinition<M, S>,
): BoundMethod<M> {
  const schema: v.GenericSchema<unknown, Params<M>> = definition.params;
  return { invoke: async (params, context) => definition.run(parseParams(name, schema, params), context) };
}

/** @throws ModelyardError `params.invalid`; its `data.key` is the offending key. */
export function parseParams<T>(name: string, schema: v.GenericSchema<unknown, T>, params: unknown): T {
  if (Array.isArray(params)) throw new ModelyardError('params.invalid', `${name} takes its parameters by name.`);
  const parsed = v.safeParse(schema, params ?? {}, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const key = v.getDotPath(issue) ?? '';
  throw new ModelyardError('params.invalid', sentence(name, key, issue), { data: { method: name, key } });
}

function sentence(name: string, key: string, issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${name} has no parameter ${key}.`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${name} needs the parameter ${key}.`;
  return `${key === '' ? 'The parameters' : `The parameter ${key}`} of ${name} cannot be used: ${issue.message}.`;
}
