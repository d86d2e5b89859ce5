import { isMap, LineCounter, parseAllDocuments, type Document } from 'yaml';

/** A manifest in a file of several. */
export interface Manifest {
  readonly value: Readonly<Record<string, unknown>>;
  /** `apps/v1` */
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** The line of a key, of the nearest one above that exists when it does not. */
  lineOf(path: readonly (string | number)[]): number;
}

export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  /** Of the text as YAML. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Reads a file of manifests; documents that are empty are none. */
export function readManifests(text: string): ReadManifests {
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: true });
  const documents = Array.isArray(parsed) ? parsed : [];
  const problems = documents.flatMap(({ errors }) =>
    errors.map(({ pos: [at], message }) => ({
      line: counter.linePos(at).line,
      message: message.split('\n', 1)[0] ?? '',
    })),
  );
  const manifests = documents.flatMap((document): Manifest[] => {
    if (document.contents === null || document.errors.length > 0) return [];
    const value = plain(document);
    const lineOf = (path: readonly (string | number)[]): number => lineIn(document, counter, path);
    if (!isObject(value)) return [{ value: {}, apiVersion: '', kind: '', name: '', lineOf }];
    return [
      {
        value,
        lineOf,
        apiVersion: textAt(value, 'apiVersion'),
        kind: textAt(value, 'kind'),
        name: textAt(value, 'metadata', 'name'),
      },
    ];
  });
  return { manifests, problems };
}

/** @throws nothing: what refers to itself too often is no manifest. */
function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

function lineIn(document: Document, counter: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const key = isMap(parent) ? parent.items.find(pair => String(pair.key) === String(last))?.key : undefined;
    const node: unknown = key ?? document.getIn(path.slice(0, length), true);
    const start = startOf(node);
    if (start !== undefined) return counter.linePos(start).line;
  }
  const start = startOf(document.contents);
  return start === undefined ? 1 : counter.linePos(start).line;
}

function startOf(node: unknown): number | undefined {
  if (!isObject(node) || !Array.isArray(node['range'])) return undefined;
  const start: unknown = node['range'][0];
  return typeof start === 'number' ? start : undefined;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is at keys and indexes; undefined when there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    if (Array.isArray(found) && typeof key === 'number') found = found[key];
    else if (isObject(found) && typeof key === 'string' && Object.hasOwn(found, key)) found = found[key];
    else return undefined;
  }
  return found;
}

export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};
export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
};
