import path from 'node:path';
import { ModelyardError } from '../errors';
import { corrupt } from './failures';

/** "MdYd": how a SQLite file says that it is Modelyard's. */
export const APPLICATION_ID = 0x4d645964;
/** SQLite's header of the file, and the beginning of that of the first page. */
export const HEADER_SIZE = 105;
/** A page of a table without pages below it. */
const LEAF = 0x0d;
const MAGIC = 'SQLite format 3\0';
/** The first bytes of a journal that has not been finished. */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

export interface DatabaseFile {
  readonly file: string;
  /** The first HEADER_SIZE bytes, or fewer when the file has fewer. */
  readonly header: Uint8Array;
  readonly size: number;
  /** The first bytes of the -journal beside it; none when there is none. */
  readonly journal: Uint8Array;
  /** The schema version of this code. */
  readonly version: number;
}

/**
 * Judges a database file by its header alone, before anything opens it, so that what is refused stays untouched.
 *
 * @returns whether the file is new (empty)
 * @throws ModelyardError `store.foreign`, `store.newer`, `store.corrupt`
 */
export function judgeHeader(database: DatabaseFile): { readonly isNew: boolean } {
  const { file, size } = database;
  if (size === 0) return { isNew: true };
  const header = Buffer.from(database.header);
  const isUnfinished = Buffer.from(database.journal.subarray(0, 8)).equals(JOURNAL_MAGIC);
  if (header.toString('latin1', 0, 16) !== MAGIC) {
    if (isUnfinished) return { isNew: false }; // SQLite's recovery comes first
    if (header.every(byte => byte === 0)) throw corrupt(file, 'it begins with nothing but zeros');
    throw foreign(file, 'it is not a SQLite database');
  }
  if (header.length < HEADER_SIZE) throw corrupt(file, `it has only ${size} bytes`);
  const application = header.readUInt32BE(68);
  const version = header.readUInt32BE(60);
  const isEmpty = header[100] === LEAF && header.readUInt16BE(103) === 0; // no table, no index
  judgeOwner({ file, application, version, isEmpty: isEmpty || isUnfinished }, database.version);
  if (!isUnfinished) judgeSize(file, header, size);
  return { isNew: false };
}

/** @throws ModelyardError `store.foreign`, `store.newer` */
export function judgeOwner(
  owner: { readonly file: string; readonly application: number; readonly version: number; readonly isEmpty: boolean },
  known: number,
): void {
  const { file, application, version } = owner;
  if (application === 0 && version === 0 && owner.isEmpty) return;
  if (application !== APPLICATION_ID) throw foreign(file, 'it is the SQLite database of another program');
  if (version > known) {
    throw new ModelyardError(
      'store.newer',
      `${file} was made by a newer Modelyard (its schema is version ${version}; this one knows up to ${known}).`,
      { fix: 'Update Modelyard. The file has not been changed.', data: { version, known } },
    );
  }
}

/** The header says how many pages there are. Files in WAL mode may have the rest in their log. */
function judgeSize(file: string, header: Buffer, size: number): void {
  const isWal = header[18] === 2;
  const isCountValid = header.readUInt32BE(24) === header.readUInt32BE(92);
  const pageSize = header.readUInt16BE(16) === 1 ? 65536 : header.readUInt16BE(16);
  const expected = header.readUInt32BE(28) * pageSize;
  if (!isWal && isCountValid && size < expected) {
    throw corrupt(file, `it has ${size} bytes where its header says ${expected}, so its end is missing`);
  }
}

const foreign = (file: string, why: string): ModelyardError =>
  new ModelyardError('store.foreign', `${file} is not Modelyard's: ${why}. It has not been changed.`, {
    fix: `Move ${path.basename(file)} out of that folder; Modelyard then makes a new one.`,
  });
