import * as v from 'valibot';
import { parse } from 'yaml';
import type { LockedPackage } from './packages';
import { LineFinder } from './packages';

interface Old {
  readonly version?: string | undefined;
  readonly dependencies?: Readonly<Record<string, Old>> | undefined;
}
const old: v.GenericSchema<unknown, Old> = v.object({
  version: v.optional(v.string()),
  dependencies: v.optional(
    v.record(
      v.string(),
      v.lazy(() => old),
    ),
  ),
});
const packageLock = v.object({
  packages: v.optional(
    v.record(
      v.string(),
      v.object({ version: v.optional(v.string()), name: v.optional(v.string()), link: v.optional(v.boolean()) }),
    ),
  ),
  dependencies: v.optional(v.record(v.string(), old)),
});

/** package-lock.json and npm-shrinkwrap.json, of lock file versions 1 to 3. @throws Error when it is none */
export function packageLockPackages(text: string, file: string): readonly LockedPackage[] {
  const { packages, dependencies = {} } = v.parse(v.pipe(v.string(), v.parseJson(), packageLock), text);
  const lines = new LineFinder(text);
  if (packages === undefined) return oldPackages(dependencies, { file, lines, folder: '' });
  return Object.entries(packages).flatMap(([folder, { version, name, link }]) => {
    const at = folder.lastIndexOf('node_modules/');
    if (at < 0 || link === true || version === undefined) return [];
    const own = name ?? folder.slice(at + 'node_modules/'.length);
    return [{ ecosystem: 'npm', name: own, version, file, folder, line: lines.next(`"${folder}"`) }];
  });
}

function oldPackages(
  dependencies: Readonly<Record<string, Old>>,
  place: { readonly file: string; readonly lines: LineFinder; readonly folder: string },
): readonly LockedPackage[] {
  const { file, lines } = place;
  return Object.entries(dependencies).flatMap(([name, { version, dependencies: below = {} }]) => {
    const folder = `${place.folder}node_modules/${name}`;
    const line = lines.next(`"${name}": {`);
    const alias = /^npm:(@?[^@]+)@(.+)$/.exec(version ?? '');
    const own: readonly LockedPackage[] =
      version === undefined || /^(?:file|git|https?):/.test(version)
        ? []
        : [{ ecosystem: 'npm', name: alias?.[1] ?? name, version: alias?.[2] ?? version, file, folder, line }];
    return [...own, ...oldPackages(below, { ...place, folder: `${folder}/` })];
  });
}

const pnpm = v.object({ packages: v.optional(v.record(v.string(), v.unknown())) });

/** pnpm-lock.yaml, of versions 5 (`/a/1.0.0`), 6 (`/a@1.0.0`) and 9 (`a@1.0.0`). @throws Error when it is none */
export function pnpmPackages(text: string, file: string): readonly LockedPackage[] {
  const { packages = {} } = v.parse(pnpm, parse(text, { maxAliasCount: 0 }) ?? {});
  const lines = new LineFinder(text);
  return Object.keys(packages).flatMap(key => {
    const [, name, version] = /^\/?((?:@[^/@]+\/)?[^/@]+)[@/](\d[^_(]*)/.exec(key) ?? [];
    if (name === undefined || version === undefined) return [];
    return [{ ecosystem: 'npm', name, version, file, line: lines.next(key) }];
  });
}

/** yarn.lock, of version 1 and of Berry. */
export function yarnPackages(text: string, file: string): readonly LockedPackage[] {
  const found: LockedPackage[] = [];
  let name: string | undefined;
  let line = 0;
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    const head = /^"?((?:@[^/@"]+\/)?[^@"\s]+)@([^:,"]*:)?[^:]*.*:\s*$/.exec(row);
    if (/^\S/.test(row)) {
      const alias = /@npm:((?:@[^/@"]+\/)?[^@"\s,]+)@/.exec(row)?.[1];
      name =
        row.startsWith('#') || row.startsWith('__metadata') || /@(?:workspace|link|portal|file):/.test(row)
          ? undefined
          : (alias ?? head?.[1]);
      line = index + 1;
    }
    const version = /^ {2}version:? "?([^"\s]+)"?\s*$/.exec(row)?.[1];
    if (name !== undefined && version !== undefined) {
      found.push({ ecosystem: 'npm', name, version, file, line });
      name = undefined;
    }
  }
  return found;
}
