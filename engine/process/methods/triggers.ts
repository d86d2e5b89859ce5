import * as v from 'valibot';
import { triggerKinds } from '../../protocol/triggers';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { count, empty, name, optional, prose } from '../schemas';

const kind = v.picklist(triggerKinds);

export function triggersMethods({ triggers }: Services): MethodsOf<'triggers'> {
  const watching = new WeakMap<AbortSignal, { release(): void }>();
  const stop = (client: AbortSignal): void => {
    watching.get(client)?.release();
    watching.delete(client);
  };
  return {
    'triggers/list': method('triggers/list', { params: empty, run: () => triggers.list() }),
    'triggers/watch': method('triggers/watch', {
      params: v.strictObject({ on: v.boolean() }),
      run: async ({ on }, { gone }) => {
        if (!on || gone.aborted) stop(gone);
        else if (!watching.has(gone)) {
          watching.set(gone, triggers.watch());
          gone.addEventListener('abort', () => stop(gone), { once: true });
          await triggers.look(); // from here on nothing goes unseen
        }
        return triggers.list();
      },
    }),
    'triggers/next': method('triggers/next', {
      params: v.strictObject({ pipeline: optional(name), count: v.pipe(count, v.minValue(1), v.maxValue(1000)) }),
      run: params => triggers.next(params),
    }),
    'triggers/fire': method('triggers/fire', {
      params: v.strictObject({ pipeline: name, reason: optional(prose) }),
      run: ({ pipeline, reason = '' }) => triggers.fireByHand(pipeline, reason),
    }),
    'triggers/pause': method('triggers/pause', {
      params: v.strictObject({ pipeline: name, kind: optional(kind) }),
      run: params => triggers.pause(params.pipeline, params.kind),
    }),
    'triggers/resume': method('triggers/resume', {
      params: v.strictObject({ pipeline: name, kind: optional(kind) }),
      run: params => triggers.resume(params.pipeline, params.kind),
    }),
  };
}
