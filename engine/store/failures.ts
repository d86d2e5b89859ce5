import path from 'node:path';
import { ModelyardError } from '../errors';
import type { ErrorCode } from '../protocol/errors';
import { type HostFiles, errnoOf, nodeFiles } from './hostFiles';
import { SQLITE } from './sqlite/api';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const DENIED = new Set(['EACCES', 'EPERM', 'EROFS']);

/** An error of the host's file system, as the store says it. `folder` is where the write or read was. */
export function hostFailure(error: unknown, folder: string, files: HostFiles = nodeFiles): ModelyardError {
  if (error instanceof ModelyardError) return error;
  const code = errnoOf(error) ?? '';
  if (FULL.has(code)) return full(error, folder, files);
  if (DENIED.has(code)) return denied(error, folder);
  return new ModelyardError('store.failed', `${folder}: ${messageOf(error)}.`, { cause: error });
}

/** The results after which the host's own error says more. */
const ASKED_HOST = new Set<number>([SQLITE.NOMEM, SQLITE.READONLY, SQLITE.IOERR, SQLITE.FULL, SQLITE.CANTOPEN]);

export interface SqliteFailure {
  /** SQLite's result code. */
  readonly code: number;
  readonly message: string;
  /** The database file. */
  readonly file: string;
  readonly files: HostFiles;
  /** What the host's file system said, if it was asked. */
  readonly host: Error | undefined;
  readonly sql?: string;
}

/** A failed call of SQLite as an error with a code, the file's name and the way out. */
export function sqliteFailure(failure: SqliteFailure): ModelyardError {
  const { code, message, file } = failure;
  const host = ASKED_HOST.has(code) ? failure.host : undefined;
  const cause = host ?? new Error(failure.sql === undefined ? message : `${message} in ${excerpt(failure.sql)}`);
  const hostCode = errnoOf(host) ?? '';
  const folder = path.dirname(file);
  if (code === SQLITE.FULL || FULL.has(hostCode)) return full(cause, folder, failure.files);
  if (code === SQLITE.CORRUPT || code === SQLITE.NOTADB) return corrupt(file, `SQLite says "${message}"`, cause);
  if (code === SQLITE.READONLY || DENIED.has(hostCode)) return denied(cause, file);
  if (code === SQLITE.CONSTRAINT && message.startsWith('UNIQUE'))
    return new ModelyardError('conflict', `${message}.`, { cause });
  if (code === SQLITE.BUSY) {
    return new ModelyardError('store.failed', `${file} is in use by another connection.`, {
      cause,
      fix: 'Close other programs that have the database open.',
    });
  }
  const isDefect = host === undefined && code === 1;
  return new ModelyardError(isDefect ? 'internal' : 'store.failed', `${file}: ${messageOf(cause)}.`, { cause });
}

/** After these SQLite may have rolled the whole transaction back by itself. */
export const endsTransaction = (error: unknown): boolean => error instanceof ModelyardError && ending.has(error.code);
const ending = new Set<ErrorCode>(['store.full', 'store.readonly', 'store.corrupt', 'store.failed']);

/** How to come back from a damaged database; the file itself is never touched. */
export function corrupt(file: string, why: string, cause?: unknown): ModelyardError {
  return new ModelyardError('store.corrupt', `${file} is damaged: ${why}. Nothing in it has been changed.`, {
    cause,
    fix:
      `To restore a copy made with "modelyard db copy": end Modelyard, move ${path.basename(file)} and ` +
      `${path.basename(file)}-journal out of the folder, and put the copy there as ${path.basename(file)}. ` +
      'Without a copy, "sqlite3 FILE .recover" on the damaged file saves what is still readable.',
  });
}

function full(cause: unknown, folder: string, files: HostFiles): ModelyardError {
  const free = freeBytes(folder, files);
  const room = free === undefined ? '' : ` (${megabytes(free)} MB free)`;
  const what =
    errnoOf(cause) === 'EDQUOT' ? `The quota on the disk of ${folder} is used up` : `The disk of ${folder} is full`;
  return new ModelyardError(
    'store.full',
    `${what}${room}. What was being saved was not; everything before it is safe.`,
    {
      cause,
      fix: 'Free some room on that disk and try again.',
      ...(free !== undefined && { data: { folder, freeBytes: free } }),
    },
  );
}

function denied(cause: unknown, place: string): ModelyardError {
  return new ModelyardError('store.readonly', `${place} cannot be written: ${messageOf(cause)}.`, {
    cause,
    fix: 'Give yourself the right to write there, or open a copy of the folder in a place where you may write.',
  });
}

function freeBytes(folder: string, files: HostFiles): number | undefined {
  try {
    return files.free(folder);
  } catch {
    return undefined;
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const excerpt = (sql: string): string => (sql.length > 200 ? `${sql.slice(0, 200)}…` : sql);
