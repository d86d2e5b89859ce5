import * as v from 'valibot';
import type { PageMethod, ToHost } from '../../webview/shared/protocol';
import { isPageMethod } from './handlers';

const id = v.pipe(v.number(), v.integer());
const schema = v.variant('type', [
  v.object({ type: v.literal('call'), id, method: v.custom<PageMethod>(isPageMethod), params: v.unknown() }),
  v.object({ type: v.literal('cancel'), id }),
  v.object({ type: v.literal('ready') }),
]);

/** The message, or nothing when it is none of ours or asks for what a page may not. */
export function toHost(data: unknown): ToHost | undefined {
  const message = v.safeParse(schema, data);
  return message.success ? message.output : undefined;
}
