import { MlflowError } from './failures';
import type { Fields } from './fields';
import type { JsonObject } from './json';
import type { JsonBytes } from './jsonList';

type Answer = JsonObject | JsonBytes;
export type Call = (fields: Fields) => Answer | Promise<Answer>;

/** `METHOD path` below `/api/N.0/mlflow/`; `{name}` in the path stands for one part and becomes a member of that name. */
export type Calls = Readonly<Record<string, Call>>;

interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly call: Call;
}

/** Finds the call that answers a request. */
export class Routes {
  private readonly plain = new Map<string, Call>();
  private readonly patterns: readonly Route[];

  constructor(calls: Calls) {
    const patterns: Route[] = [];
    for (const [key, call] of Object.entries(calls)) {
      const [method = '', path = ''] = key.split(' ', 2);
      if (path.includes('{')) patterns.push({ method, parts: path.split('/'), call });
      else this.plain.set(key, call);
    }
    this.patterns = patterns;
  }

  find(
    method: string,
    path: string,
  ): { readonly call: Call; readonly names: Readonly<Record<string, string>> } | undefined {
    const call = this.plain.get(`${method} ${path}`);
    if (call !== undefined) return { call, names: {} };
    for (const route of this.patterns) {
      const names = route.method === method ? match(route.parts, path) : undefined;
      if (names !== undefined) return { call: route.call, names };
    }
    return undefined;
  }

  /** The methods that a path has. */
  methodsOf(path: string): readonly string[] {
    return ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].filter(method => this.find(method, path) !== undefined);
  }
}

function match(pattern: readonly string[], path: string): Readonly<Record<string, string>> | undefined {
  const parts = path.split('/');
  if (parts.length !== pattern.length) return undefined;
  const names: [string, string][] = [];
  for (const [at, expected] of pattern.entries()) {
    const part = parts[at] ?? '';
    if (expected.startsWith('{')) names.push([expected.slice(1, -1), decoded(part)]);
    else if (expected !== part) return undefined;
  }
  return Object.fromEntries(names);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it is not percent-encoded UTF-8.');
  }
}
