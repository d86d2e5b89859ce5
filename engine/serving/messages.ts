import * as v from 'valibot';
import { wireErrorSchema } from '../schemas/wireError';
import type { WireError } from '../protocol/errors';
import type { LookedUp } from './featureLookup';

/** What the process that serves a model is told. */
export interface Load {
  readonly type: 'load';
  readonly version: number;
  /** Absolute path of the model's folder. */
  readonly folder: string;
}
export interface Listen {
  readonly type: 'listen';
  /** 0: any free one. */
  readonly port: number;
  /** null: none is asked for. */
  readonly token: string | null;
}
/** The answer to `look-up`. */
export interface Features {
  readonly type: 'features';
  readonly id: number;
  readonly found?: LookedUp;
  readonly error?: WireError;
}
export type ToServer = Load | Listen | Features;

const cell = v.nullable(v.union([v.string(), v.number(), v.boolean()]));

const fromServer = v.variant('type', [
  v.object({ type: v.literal('listening'), url: v.string() }),
  /** `memory`: bytes of the process, the version before included. */
  v.object({ type: v.literal('loaded'), version: v.number(), memory: v.number() }),
  /** Of `listen` or `load`. */
  v.object({ type: v.literal('failed'), of: v.picklist(['listen', 'load']), message: v.string() }),
  v.object({ type: v.literal('counted'), requests: v.number(), errors: v.number(), memory: v.number() }),
  /** Asks for features of entities. */
  v.object({
    type: v.literal('look-up'),
    id: v.number(),
    features: v.array(v.string()),
    entities: v.record(v.string(), v.array(cell)),
  }),
]);
/** What it says. */
export type FromServer = v.InferOutput<typeof fromServer>;

/** Undefined for anything else. */
export function readFromServer(message: unknown): FromServer | undefined {
  const parsed = v.safeParse(fromServer, message);
  return parsed.success ? parsed.output : undefined;
}

const toServer: v.GenericSchema<unknown, ToServer> = v.variant('type', [
  v.object({ type: v.literal('load'), version: v.number(), folder: v.string() }),
  v.object({ type: v.literal('listen'), port: v.number(), token: v.nullable(v.string()) }),
  v.object({
    type: v.literal('features'),
    id: v.number(),
    found: v.exactOptional(v.object({ values: v.array(v.array(cell)) })),
    error: v.exactOptional(wireErrorSchema),
  }),
]);
export function readToServer(message: unknown): ToServer | undefined {
  const parsed = v.safeParse(toServer, message);
  return parsed.success ? parsed.output : undefined;
}
