import * as v from 'valibot';

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
export type ToServer = Load | Listen;

const fromServer = v.variant('type', [
  v.object({ type: v.literal('listening'), url: v.string() }),
  /** `memory`: bytes of the process, the version before included. */
  v.object({ type: v.literal('loaded'), version: v.number(), memory: v.number() }),
  /** Of `listen` or `load`. */
  v.object({ type: v.literal('failed'), of: v.picklist(['listen', 'load']), message: v.string() }),
  v.object({ type: v.literal('counted'), requests: v.number(), errors: v.number(), memory: v.number() }),
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
]);
export function readToServer(message: unknown): ToServer | undefined {
  const parsed = v.safeParse(toServer, message);
  return parsed.success ? parsed.output : undefined;
}
