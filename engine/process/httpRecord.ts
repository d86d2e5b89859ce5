import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../errors';
import type { HttpEndpoint } from '../protocol/engine';
import type { ListenOptions } from './httpDoor';
import { readPrivateFile, writePrivateFile } from './privateFile';

const schema = v.object({
  /** The folder the record was made for: one that came with a copy of it is not believed. */
  workspace: v.string(),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  token: v.pipe(v.string(), v.minLength(32)),
});

interface Door {
  listen(options: ListenOptions): Promise<HttpEndpoint>;
}

const recordPath = (workspace: string): string => path.join(workspace, '.modelyard', 'http.json');

/**
 * Listens where the workspace's last engine did, with its token, so that a terminal or notebook opened before goes on
 * logging after the engine was replaced. `.modelyard/http.json` remembers it, readable by this user alone.
 */
export async function listenAsBefore(workspace: string, door: Door): Promise<HttpEndpoint> {
  const known = readHttpRecord(workspace);
  const endpoint = known === undefined ? await door.listen({}) : await listenNear(known, door);
  const port = Number(new URL(endpoint.url).port);
  const { token } = endpoint;
  if (token !== undefined && (port !== known?.port || token !== known.token)) remember({ workspace, port, token });
  return endpoint;
}

function remember(record: v.InferOutput<typeof schema>): void {
  try {
    writePrivateFile(recordPath(record.workspace), `${JSON.stringify(record)}\n`);
  } catch {
    // Who listens now is found all the same; only the next engine will listen elsewhere.
  }
}

async function listenNear({ port, token }: { port: number; token: string }, door: Door): Promise<HttpEndpoint> {
  try {
    return await door.listen({ port, token });
  } catch (error) {
    if (!(error instanceof ModelyardError) || error.code !== 'conflict') throw error;
    return door.listen({ token }); // somebody else has taken the port meanwhile
  }
}

function readHttpRecord(workspace: string): v.InferOutput<typeof schema> | undefined {
  const text = readPrivateFile(recordPath(workspace));
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return parsed.success && parsed.output.workspace === workspace ? parsed.output : undefined;
}
