import type * as vscode from 'vscode';
import * as v from 'valibot';

/** How to be let in by a server. */
export interface ServerSecret {
  readonly url: string;
  readonly token: string;
  /** The token is then the password of this user. */
  readonly user?: string;
}

export interface ServerSecrets {
  of(url: string): Promise<ServerSecret | undefined>;
  keep(secret: ServerSecret): Promise<void>;
}

const kept = v.object({ token: v.string(), user: v.exactOptional(v.string()) });

/** Tokens of servers, in the secret storage of the editor and nowhere else. */
export function serverSecrets(storage: vscode.SecretStorage): ServerSecrets {
  const key = (url: string): string => `modelyard.server:${new URL(url).origin}`;
  return {
    of: async url => {
      const text = await storage.get(key(url));
      if (text === undefined) return undefined;
      const parsed = v.safeParse(kept, parse(text));
      return parsed.success ? { url, ...parsed.output } : undefined;
    },
    keep: async ({ url, ...secret }) => storage.store(key(url), JSON.stringify(secret)),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
