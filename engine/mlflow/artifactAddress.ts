import { runId } from '../ids';
import { invalidPath, MlflowError } from './failures';
import type { OwnedFolder, Tracking } from './ports';

/** A place among the files of a run, a logged model or a trace, or among those of none. */
export interface Place {
  readonly folder: OwnedFolder;
  /** Within it; empty: its top. */
  readonly path: string;
  /** As clients call it. */
  readonly address: string;
}

const OWNED = /^(\d+)\/(?:(models|traces)\/([^/]+)|([^/]+))\/artifacts(?:\/(.*))?$/s;

/**
 * The place of `EXPERIMENT/RUN/artifacts/…`, `EXPERIMENT/models/MODEL/artifacts/…`, `EXPERIMENT/traces/TRACE/artifacts/…`
 * or of any other path that does not begin with the number of an experiment.
 */
export function placeOf(tracking: Tracking, address: string): Place {
  const safe = safePath(address);
  const match = OWNED.exec(safe);
  if (match === null) {
    if (isAbove(safe)) throw wrongPath('expected EXPERIMENT/RUN/artifacts/PATH');
    return { folder: tracking.looseFolder(), path: safe, address: safe };
  }
  const [, experiment, kind, id = '', run = '', path = ''] = match;
  const folder = folderOf(tracking, { kind, id: kind === undefined ? run : id });
  if (folder.experimentId !== experiment)
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `${kind === undefined ? `Run with id=${run}` : id} is not in experiment ${experiment}.`); // prettier-ignore
  return { folder, path, address: safe };
}

/** Whether it is the folder of an experiment, or one between that and the files of a run, a logged model or a trace. */
export const isAbove = (address: string): boolean => /^\d+(?:\/|$)/.test(address) && !OWNED.test(address);

function folderOf(tracking: Tracking, owner: { kind: string | undefined; id: string }): OwnedFolder {
  if (owner.kind === 'models') return tracking.models.folder(owner.id);
  if (owner.kind === 'traces') return tracking.traces.folder(owner.id);
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(owner.id)) throw wrongPath('expected EXPERIMENT/RUN/artifacts/PATH');
  return tracking.folder(runId(owner.id));
}

/** The decoded form of a path in a URL. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw wrongPath('it is not percent-encoded UTF-8');
  }
}

const HIDDEN = /%(2e|2f|5c|25|00)/gi;

/** Refuses what would lead elsewhere if somebody decoded it once more; the folders refuse what already does. */
export function safePath(path: string): string {
  let bare = path;
  for (let next = bare; (next = bare.replace(HIDDEN, decodeURIComponent)) !== bare;) bare = next;
  const leadsOut = bare.split('/').includes('..') || /^\/|^[a-zA-Z]:|[\\\0]/.test(bare);
  if (leadsOut) throw invalidPath();
  return path;
}

const wrongPath = (why: string): MlflowError => new MlflowError('INVALID_PARAMETER_VALUE', `Invalid path: ${why}.`);
