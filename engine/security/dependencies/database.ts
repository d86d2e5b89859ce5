import fs from 'node:fs';
import path from 'node:path';
import { Unzip, UnzipInflate } from 'fflate';
import type { Advisory, Affected } from './osv';
import { readAdvisory } from './osv';
import type { Ecosystem, LockedPackage } from './packages';
import { pythonName } from './packages';

/** An advisory, with the part of it that is about one package. */
export interface PackageAdvisory {
  readonly advisory: Advisory;
  readonly affected: Affected;
}

export interface AdvisoryDatabase {
  /** Advisories that were read. */
  readonly read: number;
  /** Files that are none. */
  readonly unreadable: number;
  /** ms since 1970: when the newest of its files was written. */
  readonly newest: number;
  of(ecosystem: Ecosystem, name: string): readonly PackageAdvisory[];
}

const mostBytes = 16 * 2 ** 20;
const chunk = 2 ** 20;

const keyOf = (ecosystem: string, name: string): string =>
  ecosystem === 'PyPI' ? `PyPI/${pythonName(name)}` : `${ecosystem}/${name}`;

/**
 * Reads a folder of OSV's JSON files, folders in it too, or a zip of them, and keeps what is about these packages: of a
 * whole ecosystem that is little.
 * @throws errors of the file system
 */
export function readAdvisories(place: string, packages: readonly LockedPackage[]): AdvisoryDatabase {
  const wanted = new Set(packages.map(({ ecosystem, name }) => keyOf(ecosystem, name)));
  const found = new Map<string, PackageAdvisory[]>();
  const state = { read: 0, unreadable: 0, newest: 0 };
  const add = (text: string): void => {
    const advisory = readAdvisory(text);
    if (advisory === undefined) {
      state.unreadable += 1;
      return;
    }
    state.read += 1;
    if (advisory.withdrawn) return;
    for (const affected of advisory.affected ?? []) {
      const { package: subject } = affected;
      const key = subject && keyOf(subject.ecosystem.split(':')[0] ?? '', subject.name);
      if (key !== undefined && wanted.has(key)) found.set(key, [...(found.get(key) ?? []), { advisory, affected }]);
    }
  };
  const visit = (file: string): void => {
    const stat = fs.statSync(file);
    if (stat.isDirectory()) for (const name of fs.readdirSync(file).sort()) visit(path.join(file, name));
    else if (/\.(?:json|zip)$/i.test(file)) {
      state.newest = Math.max(state.newest, stat.mtimeMs);
      if (/\.zip$/i.test(file)) unzip(file, add);
      else if (stat.size > mostBytes) state.unreadable += 1;
      else add(fs.readFileSync(file, 'utf8'));
    }
  };
  visit(place);
  return { ...state, of: (ecosystem, name) => found.get(keyOf(ecosystem, name)) ?? [] };
}

/** Entry by entry, so that a zip of a whole ecosystem needs the memory of one. @throws Error for what is no zip */
function unzip(file: string, add: (text: string) => void): void {
  const unzipper = new Unzip(entry => {
    if (!entry.name.toLowerCase().endsWith('.json')) return;
    const parts: Buffer[] = [];
    let size = 0;
    entry.ondata = (error, data, isLast) => {
      if (error) throw error;
      size += data.length;
      if (size <= mostBytes) parts.push(Buffer.from(data));
      if (isLast) add(size > mostBytes ? '' : Buffer.concat(parts).toString('utf8'));
    };
    entry.start();
  });
  unzipper.register(UnzipInflate);
  const fd = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(chunk);
    for (;;) {
      const read = fs.readSync(fd, buffer, 0, chunk, null);
      unzipper.push(Uint8Array.from(buffer.subarray(0, read)), read === 0);
      if (read === 0) return;
    }
  } finally {
    fs.closeSync(fd);
  }
}
