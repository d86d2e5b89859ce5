/** The parts of a URI as MLflow's rules look at them. */
export interface SourceUri {
  /** Lower case; empty: a path of the local disk. */
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

export function parseSource(source: string): SourceUri {
  const [, scheme = '', rest = source] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(source) ?? [];
  const [, authority = '', path = rest] = /^\/\/([^/?#]*)(.*)$/s.exec(rest) ?? [];
  return { scheme: scheme.toLowerCase(), authority: authority.toLowerCase(), path: path.replace(/[?#].*$/s, '') };
}

/** Of the disk of whoever serves; a single letter is a drive. */
export const isLocal = ({ scheme }: SourceUri): boolean => scheme === 'file' || scheme.length <= 1;

/** A path that, however often it is decoded, is absolute and goes nowhere but where it says. */
export function isPlain(source: string): boolean {
  const decoded = decodeFully(source, text => text.replaceAll('+', ' '));
  const path = parseSource(decoded).path.replace(/\/+$/, '');
  if (path.includes('\0') || decoded.split('/').includes('..')) return false;
  return path.startsWith('/') && !path.split('/').includes('.');
}

/** Whether a URI is at, or below, another one. */
export function isWithin(source: string, root: string): boolean {
  const [inner, outer] = [parseSource(source), parseSource(root)];
  const [parts, rootParts] = [partsOf(inner.path), partsOf(outer.path)];
  return (
    inner.scheme === outer.scheme &&
    inner.authority === outer.authority &&
    rootParts.length > 0 &&
    rootParts.every((part, index) => parts[index] === part)
  );
}

const partsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .filter(part => part !== '')
    .map(part => decodeFully(part));

function decodeFully(text: string, before = (part: string): string => part): string {
  for (let value = text; ;) {
    const decoded = decode(before(value));
    if (decoded === value) return value;
    value = decoded;
  }
}

/** What is not percent-encoded UTF-8 is left as it is. */
const decode = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, encoded => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });

/** `models:/…`, taken apart as MLflow does; undefined: not one. */
export type ModelUri =
  | { readonly id: string }
  | { readonly name: string; readonly version: number }
  | { readonly name: string; readonly alias: string }
  | { readonly name: string; readonly stage: string | undefined };

export function parseModelUri({ scheme, path }: SourceUri): ModelUri | undefined {
  if (scheme !== 'models' || !path.startsWith('/')) return undefined;
  const [name = '', suffix, ...more] = path.replace(/^\/+/, '').split('/');
  if (name.trim() === '' || more.length > 0 || suffix?.trim() === '') return undefined;
  if (suffix !== undefined) {
    if (/^\d+$/.test(suffix)) return { name, version: Number(suffix) };
    return { name, stage: suffix.toLowerCase() === 'latest' ? undefined : suffix };
  }
  const at = name.lastIndexOf('@');
  if (at < 0) return { id: name };
  const alias = name.slice(at + 1);
  return at === 0 || alias.trim() === '' ? undefined : { name: name.slice(0, at), alias };
}
