import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { LockedPackage } from '../dependencies/packages';
import { pythonName } from '../dependencies/packages';

const manifest = v.object({
  version: v.optional(v.string()),
  license: v.optional(v.union([v.string(), v.object({ type: v.optional(v.string()) })])),
  licenses: v.optional(v.array(v.object({ type: v.optional(v.string()) }))),
});

/** Trove classifiers, and what authors write, by SPDX id. */
const classified: readonly (readonly [RegExp, string])[] = [
  [/^(?:License :: OSI Approved :: )?(?:The )?MIT(?: License)?(?: \(MIT\))?$/i, 'MIT'],
  [
    /Apache(?: Software)?(?: License)?,?(?: Version)? ?2(?:\.0)?|^License :: OSI Approved :: Apache Software License$|^Apache$/i,
    'Apache-2.0',
  ],
  [/^(?:3-Clause |New )?BSD(?: 3-Clause)?(?: License)?$|BSD 3-Clause|OSI Approved :: BSD License/i, 'BSD-3-Clause'],
  [/BSD 2-Clause|Simplified BSD/i, 'BSD-2-Clause'],
  [/ISC License|^ISCL?$/i, 'ISC'],
  [/Python Software Foundation|^PSF/i, 'PSF-2.0'],
  [/Mozilla Public License 2|MPL[ -]2/i, 'MPL-2.0'],
  [/Affero.*v?3/i, 'AGPL-3.0-or-later'],
  [/Lesser General Public License v3|LGPL[ v-]*3/i, 'LGPL-3.0-or-later'],
  [/Lesser General Public License v2|LGPL[ v-]*2/i, 'LGPL-2.1-or-later'],
  [/General Public License v3|^GPL[ v-]*3/i, 'GPL-3.0-or-later'],
  [/General Public License v2|^GPL[ v-]*2/i, 'GPL-2.0-or-later'],
  [/^(?:License :: OSI Approved :: )?GNU General Public License(?: \(GPL\))?$|^GPL$/i, 'GPL-1.0-or-later'],
  [/Unlicense/i, 'Unlicense'],
  [/zlib/i, 'Zlib'],
];

/** What a licence is called in SPDX; itself when it is not known. */
export const spdxOf = (text: string): string => classified.find(([pattern]) => pattern.test(text))?.[1] ?? text;

/** The licence that the installed package states; undefined: the package is not here; `''`: it states none. */
export class Licences {
  private readonly python = new Map<string, string>();
  private isRead = false;

  constructor(private readonly root: string) {}

  of(locked: LockedPackage): string | undefined {
    if (locked.ecosystem === 'npm') return this.ofNpm(locked);
    this.readPython();
    return this.python.get(`${locked.name}@${locked.version}`);
  }

  private ofNpm({ file, folder, name, version }: LockedPackage): string | undefined {
    const beside = path.dirname(path.join(this.root, file));
    const text = readText(path.join(beside, folder ?? `node_modules/${name}`, 'package.json'));
    const parsed = text === undefined ? undefined : v.safeParse(v.pipe(v.string(), v.parseJson(), manifest), text);
    if (parsed?.success !== true) return undefined;
    const { license, licenses = [], version: installed } = parsed.output;
    if (installed !== version) return undefined;
    if (typeof license === 'string') return license;
    return license?.type ?? licenses.flatMap(({ type }) => type ?? []).join(' OR ');
  }

  private readPython(): void {
    if (this.isRead) return;
    this.isRead = true;
    for (const folder of sitePackages(this.root))
      for (const name of list(folder)) {
        if (!name.endsWith('.dist-info')) continue;
        const text = readText(path.join(folder, name, 'METADATA'));
        if (text === undefined) continue;
        const head = text.split(/\r?\n\r?\n/)[0] ?? '';
        const field = (of: string): string | undefined => new RegExp(`^${of}: (.+)$`, 'mi').exec(head)?.[1]?.trim();
        const key = `${pythonName(field('Name') ?? '')}@${field('Version') ?? ''}`;
        this.python.set(key, licenceOf(head, field));
      }
  }
}

function licenceOf(head: string, field: (name: string) => string | undefined): string {
  const expression = field('License-Expression');
  if (expression !== undefined) return expression;
  const trove = [...head.matchAll(/^Classifier: (License :: .+)$/gim)].map(([, text]) => spdxOf(text?.trim() ?? ''));
  const named = trove.filter(text => !text.startsWith('License ::'));
  if (named.length > 0) return named.join(' AND ');
  const written = field('License') ?? '';
  return /^(?:UNKNOWN|see )/i.test(written) ? '' : spdxOf(written);
}

function sitePackages(root: string): readonly string[] {
  return ['.venv', 'venv', 'env'].flatMap(name => [
    path.join(root, name, 'Lib', 'site-packages'),
    ...list(path.join(root, name, 'lib')).map(python => path.join(root, name, 'lib', python, 'site-packages')),
  ]);
}

function list(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
