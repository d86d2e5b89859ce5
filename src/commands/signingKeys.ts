import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { SigningKey } from '../engineClient/signing';

/** A key as it is shown: without its private half. */
export interface KeptKey {
  readonly id: string;
  readonly name: string;
  readonly publicKey: string;
}

export interface SigningKeys {
  /** By their names. */
  all(): Promise<readonly KeptKey[]>;
  /** With its private half; undefined: it is not here any more. */
  whole(id: string): Promise<SigningKey | undefined>;
  keep(key: SigningKey, name: string): Promise<KeptKey>;
  forget(id: string): Promise<void>;
}

const kept = v.object({ name: v.string(), publicKey: v.string(), privateKey: v.string() });
const ids = v.array(v.string());
const listed = 'modelyard.signingKeys';
const place = (id: string): string => `modelyard.signingKey:${id}`;

/** Private keys that sign models, in the secret storage of the editor and nowhere else. */
export function signingKeys(storage: vscode.SecretStorage): SigningKeys {
  const read = async <T>(key: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> => {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), await storage.get(key));
    return parsed.success ? parsed.output : undefined;
  };
  const known = async (): Promise<readonly string[]> => (await read(listed, ids)) ?? [];
  return {
    all: async () => {
      const found = await Promise.all(
        (await known()).map(async id => {
          const key = await read(place(id), kept);
          return key ? [{ id, name: key.name, publicKey: key.publicKey }] : [];
        }),
      );
      return found.flat().sort((a, b) => a.name.localeCompare(b.name));
    },
    whole: async id => {
      const key = await read(place(id), kept);
      return key && { id, publicKey: key.publicKey, privateKey: key.privateKey };
    },
    keep: async ({ id, publicKey, privateKey }, name) => {
      await storage.store(place(id), JSON.stringify({ name, publicKey, privateKey }));
      await storage.store(listed, JSON.stringify([...new Set([...(await known()), id])]));
      return { id, name, publicKey };
    },
    forget: async id => {
      await storage.delete(place(id));
      await storage.store(listed, JSON.stringify((await known()).filter(one => one !== id)));
    },
  };
}
