import type { Colors } from 'picocolors/types';
import type { EngineClient } from '../client/engineClient';
import type { ConnectOptions, GlobalOptions, Place } from './commandContext';
import { connect } from './commandContext';
import type { Io } from './io';
import { jsonText } from './json';

/** One call of a command: where it is, what was asked of all commands, how to answer. */
export interface Invocation {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly colors: { readonly out: Colors; readonly err: Colors };
}

/** The result: as one JSON document with `--json`, else as the text for people. */
export function answer({ io, options }: Invocation, result: { json: unknown; text: () => string }): void {
  io.out(options.json === true ? jsonText(result.json) : result.text());
}

/** Lends a connection and closes it. */
export async function withEngine<T>(
  place: Place,
  work: (client: EngineClient) => Promise<T>,
  options?: ConnectOptions,
): Promise<T> {
  const client = await connect(place, options);
  try {
    return await work(client);
  } finally {
    client.dispose();
  }
}
