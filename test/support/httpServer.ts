import { onTestFinished } from 'vitest';
import type { HttpHandler } from '../../engine/http';
import type { Patience } from '../../engine/process/httpBody';
import { HttpDoor } from '../../engine/process/httpDoor';

/** Serves a handler on a free port until the test ends, without a token; returns its URL. */
export async function serve(handler: HttpHandler, patience?: Patience): Promise<string> {
  const log = { info: () => undefined, error: (what: string, error: unknown) => console.error(what, error) };
  const door = new HttpDoor(handler, log, patience);
  onTestFinished(() => door.close());
  return (await door.listen({ token: null })).url;
}
