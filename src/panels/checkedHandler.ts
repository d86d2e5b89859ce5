import * as v from 'valibot';
import type { EngineMethod, HostMethods, PageParams } from '../../webview/shared/protocol';
import type { Handler, HandlerContext } from './handler';

/** Hands a checked call on to the engine. */
export const toEngine =
  <M extends EngineMethod>(method: M, schema: v.GenericSchema<unknown, PageParams<M>>): Handler =>
  ({ engine }, params, signal) =>
    engine.call(method, v.parse(schema, params), { signal });

/** Does what only the editor can, with checked parameters. */
export const hostHandler =
  <M extends keyof HostMethods>(
    schema: v.GenericSchema<unknown, HostMethods[M]['params']>,
    run: (
      context: HandlerContext,
      params: HostMethods[M]['params'],
      signal: AbortSignal,
    ) => Promise<HostMethods[M]['result']>,
  ): Handler =>
  (context, params, signal) =>
    run(context, v.parse(schema, params), signal);
