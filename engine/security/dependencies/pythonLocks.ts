import { parse } from 'smol-toml';
import * as v from 'valibot';
import type { LockedPackage, LockedPackages } from './packages';
import { LineFinder, pythonName } from './packages';

/** requirements.txt: what is fixed with `==`, and what is not. Options, links and other files are left out. */
export function requirements(text: string, file: string): LockedPackages {
  const packages: LockedPackage[] = [];
  const open: { file: string; line: number; name: string }[] = [];
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    const plain = row.replace(/(?:^|\s)#.*$/, '').trim();
    const [, name, rest = ''] = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(plain) ?? [];
    if (name === undefined || rest.startsWith('@') || plain.includes('://')) continue;
    const version = /^\(?={2,3}\s*([^\s;,\\*)]+)(?![\w.]*\*)/.exec(rest)?.[1];
    if (version === undefined) open.push({ file, line: index + 1, name });
    else packages.push({ ecosystem: 'PyPI', name: pythonName(name), version, file, line: index + 1 });
  }
  return { packages, open };
}

const toml = v.object({
  package: v.optional(
    v.array(v.object({ name: v.string(), version: v.optional(v.string()), source: v.optional(v.unknown()) })),
  ),
});

/** poetry.lock, uv.lock and pdm.lock. @throws Error when it is none */
export function tomlPackages(text: string, file: string): readonly LockedPackage[] {
  const { package: packages = [] } = v.parse(toml, parse(text));
  const lines = new LineFinder(text);
  return packages.flatMap(({ name, version, source }) => {
    const line = lines.next(`name = "${name}"`);
    // The project itself is in its lock file too.
    if (version === undefined || isOwn(source)) return [];
    return [{ ecosystem: 'PyPI', name: pythonName(name), version, file, line }];
  });
}

const isOwn = (source: unknown): boolean =>
  typeof source === 'object' &&
  source !== null &&
  ('virtual' in source || 'editable' in source || 'directory' in source);

const section = v.optional(v.record(v.string(), v.object({ version: v.optional(v.string()) })));
const pipfile = v.object({ default: section, develop: section });

/** Pipfile.lock. @throws Error when it is none */
export function pipfilePackages(text: string, file: string): readonly LockedPackage[] {
  const lock = v.parse(v.pipe(v.string(), v.parseJson(), pipfile), text);
  const lines = new LineFinder(text);
  return [lock.default, lock.develop].flatMap(part =>
    Object.entries(part ?? {}).flatMap(([name, { version }]) => {
      const line = lines.next(`"${name}": {`);
      if (version === undefined || !version.startsWith('==')) return [];
      return [{ ecosystem: 'PyPI' as const, name: pythonName(name), version: version.replace(/^=+/, ''), file, line }];
    }),
  );
}
