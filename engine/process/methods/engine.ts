import * as v from 'valibot';
import type { EngineStatus, HttpEndpoint } from '../../protocol/engine';
import { tokenPattern, tokenRule, type ListenOptions } from '../httpDoor';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { empty, optional } from '../schemas';

/** What the engine itself can do. */
export interface EngineCalls {
  status(): EngineStatus;
  listen(options: ListenOptions): Promise<HttpEndpoint>;
  stop(): Promise<void>;
  readonly lifetime: { stopWhenIdle(): void };
}

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const token = v.pipe(v.string(), v.regex(tokenPattern, tokenRule));

export const engineMethods = (engine: EngineCalls): MethodsOf<'engine'> => ({
  'engine/status': method('engine/status', { params: empty, run: () => engine.status() }),
  'engine/listen': method('engine/listen', {
    params: v.strictObject({ port: optional(port), token: optional(v.nullable(token)) }),
    run: params => engine.listen(params),
  }),
  'engine/stop': method('engine/stop', {
    params: v.strictObject({ now: optional(v.boolean()) }),
    run: ({ now }) => {
      // The answer leaves first.
      if (now === true) setTimeout(() => void engine.stop(), 0);
      else engine.lifetime.stopWhenIdle();
      return {};
    },
  }),
});
