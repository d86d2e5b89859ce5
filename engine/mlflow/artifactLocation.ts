import { posix } from 'node:path';
import { invalid } from './failures';

const MAX_LENGTH = 2_048;
/** Addresses with a host of their own, to which a server would have to connect. */
const HOST_SCHEMES = 'ftp sftp hdfs viewfs http https mlflow-artifacts r2 b2 abfss'.split(' ');
/** Only in these a ';' in the last part of the path begins parameters. */
const PARAMETER_SCHEMES = ['', 'ftp', 'sftp', 'http', 'https'];

interface Uri {
  /** Lower case; empty: a path. */
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

function parse(text: string): Uri {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text);
  const [, scheme = '', host = '', path = '', query = '', fragment = ''] = match ?? [];
  return { scheme: scheme.toLowerCase(), host, path, query, fragment };
}

/**
 * Where a client wants the files of an experiment, checked as MLflow does. A path of the file system that is relative
 * is one below `folder`.
 */
export function artifactLocation(text: string, folder: string): string {
  const { scheme, host, path, query, fragment } = parse(text);
  const lastPart = path.slice(path.lastIndexOf('/') + 1);
  if (fragment !== '' || (PARAMETER_SCHEMES.includes(scheme) && /;./.test(lastPart)))
    throw invalid("'artifact_location' URL can't include fragments or params.");
  if (decoded(query).includes('..')) throw invalid('Invalid query string');
  if (HOST_SCHEMES.includes(scheme) && !(scheme === 'mlflow-artifacts' && host === '')) throw foreignHost(scheme);
  if (scheme === 'runs') throw invalid(`Artifact location cannot be a runs:/ URI. Given: '${text}'`);
  const location = resolved(text, { scheme, host, path }, folder);
  if (location.length > MAX_LENGTH)
    throw invalid(
      `Invalid artifact path length. The length of the artifact path cannot be greater than ${MAX_LENGTH} characters. ` +
        'To configure this limit, please set the MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH environment variable.',
    );
  return location;
}

function resolved(text: string, { scheme, host, path }: Pick<Uri, 'scheme' | 'host' | 'path'>, folder: string): string {
  const isLocal = scheme === '' || (scheme === 'file' && host === '');
  if (!isLocal || path.startsWith('/')) return text;
  const relative = (scheme === '' ? text : path)
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
  const absolute = `${folder.replaceAll('\\', '/')}/${relative}`;
  return scheme === '' ? absolute : `file://${posix.join('/', absolute)}`;
}

function decoded(query: string): string {
  let text = query;
  try {
    for (let turn = 0; turn < 10; turn++) {
      const next = decodeURIComponent(text);
      if (next === text) return text;
      text = next;
    }
  } catch {
    return text;
  }
  throw invalid('Invalid query string');
}

const foreignHost = (scheme: string): Error =>
  invalid(
    `'artifact_location' cannot use the '${scheme}' scheme: the '${scheme}' scheme addresses a host other than the ` +
      "tracking server's configured artifact storage, so the server would connect to the host named in the URI.",
  );
