import fs from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../../store/hostFiles';
import { unreadable } from './failures';

/** The folders that an import may read. Nothing outside is opened: no `..`, no absolute path, no link leads out. */
export class Confines {
  /** Real paths. */
  readonly roots: readonly string[];
  /** The folder that was found to lie inside last: files of one folder are read one after the other. */
  private checked = '';

  constructor(roots: readonly string[]) {
    this.roots = roots.map(root => fs.realpathSync(root));
  }

  /** The real path behind a name, when it exists and lies inside. */
  inside(name: string): string | undefined {
    let real: string;
    try {
      real = fs.realpathSync(name);
    } catch {
      return undefined;
    }
    return this.roots.some(root => isWithin(root, real)) ? real : undefined;
  }

  /**
   * A small file as text.
   * @throws ModelyardError `data.unreadable`, `data.missing`-like reasons included: it is not there, leads outside, is no
   *   file, is too long, is not UTF-8
   */
  text(file: string, maxBytes = 16 << 20): string {
    const bytes = this.bytes(file, maxBytes);
    try {
      return decoder.decode(bytes);
    } catch {
      throw unreadable(file, 'it is not UTF-8 text');
    }
  }

  bytes(file: string, maxBytes: number): Uint8Array {
    const fd = this.open(file);
    try {
      const { size } = fs.fstatSync(fd);
      if (size > maxBytes) throw unreadable(file, `it has ${size} bytes; ${maxBytes} are allowed`);
      return fs.readFileSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Opens a regular file for reading. @throws ModelyardError `data.unreadable` */
  open(file: string): number {
    this.mustBeInside(path.dirname(file));
    let fd: number;
    try {
      fd = fs.openSync(file, flags | noFollow);
    } catch (error) {
      if (errnoOf(error) !== 'ELOOP') throw unreadable(file, reason(error));
      fd = fs.openSync(this.followed(file), flags | noFollow);
    }
    if (fs.fstatSync(fd).isFile()) return fd;
    fs.closeSync(fd);
    throw unreadable(file, 'it is not a file');
  }

  /** A folder on the way to a file may be a link as well. */
  private mustBeInside(folder: string): void {
    if (folder === this.checked) return;
    if (this.inside(folder) === undefined && fs.existsSync(folder))
      throw unreadable(folder, 'it leads out of what may be read');
    this.checked = folder;
  }

  private followed(link: string): string {
    const real = this.inside(link);
    if (real === undefined) throw unreadable(link, 'it is a link that leads out of what may be read');
    return real;
  }

  /** The entries of a folder by name; none when it is not there. */
  list(folder: string): readonly fs.Dirent[] {
    this.mustBeInside(folder);
    try {
      return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
      throw unreadable(folder, reason(error));
    }
  }

  /** Names of the folders in a folder, with links that stay inside. */
  folders(folder: string): readonly string[] {
    return this.list(folder)
      .filter(entry => entry.isDirectory() || (entry.isSymbolicLink() && this.isFolder(path.join(folder, entry.name))))
      .map(({ name }) => name);
  }

  /** Names of the links in a folder that lead out of what may be read. */
  strays(folder: string): readonly string[] {
    return this.list(folder)
      .filter(entry => entry.isSymbolicLink() && this.inside(path.join(folder, entry.name)) === undefined)
      .map(({ name }) => name);
  }

  private isFolder(link: string): boolean {
    const real = this.inside(link);
    return real !== undefined && fs.statSync(real).isDirectory();
  }
}

/** Whether a name is that of a folder, and not of a link to one: what nobody named must not lead elsewhere. */
export const isOwnFolder = (name: string): boolean =>
  fs.lstatSync(name, { throwIfNoEntry: false })?.isDirectory() === true;

const isWithin = (folder: string, name: string): boolean =>
  name === folder || name.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

/** Windows has neither; a named pipe must not be waited for. */
const constant = (value: number | undefined): number => value ?? 0;
const flags = fs.constants.O_RDONLY | constant(fs.constants.O_NONBLOCK);
const noFollow = constant(fs.constants.O_NOFOLLOW);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function reason(error: unknown): string {
  switch (errnoOf(error)) {
    case 'ENOENT':
      return 'it is not there';
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
