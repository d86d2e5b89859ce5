import fs from 'node:fs';
import path from 'node:path';
import ignore from 'ignore';
import type { Ignore } from 'ignore';

export interface WalkedFile {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly path: string;
}

export interface WalkOptions {
  /** Lines as in .gitignore, besides those of the folders. */
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Folders in which nobody writes. */
const never = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.modelyard',
  '__pycache__',
  '.venv',
  'venv',
  '.tox',
  '.mypy_cache',
]);
const most = 200_000;

interface Rules {
  readonly below: string;
  readonly ignore: Ignore;
}

/**
 * Files below a folder that git would not ignore, in the order of their names; links are not followed.
 * @returns `isCut`: there are more than are looked at
 */
export function walk(
  root: string,
  from: string,
  { exclude = [], signal }: WalkOptions = {},
): { readonly files: readonly WalkedFile[]; readonly isCut: boolean } {
  const files: WalkedFile[] = [];
  const own: Rules = { below: '', ignore: ignore().add([...exclude]) };
  const visit = (folder: string, above: readonly Rules[]): void => {
    signal?.throwIfAborted();
    const rules = withOwn(root, folder, above);
    for (const entry of entriesOf(path.join(root, folder))) {
      if (files.length >= most) return;
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!never.has(entry.name) && !isIgnored(rules, `${file}/`)) visit(file, rules);
      } else if (entry.isFile() && !isIgnored(rules, file)) files.push({ file, path: path.join(root, file) });
    }
  };
  const start = path.relative(root, from).split(path.sep).join('/');
  if (fs.statSync(from).isFile()) files.push({ file: start, path: from });
  else visit(start, [own, ...rulesAbove(root, start)]);
  return { files, isCut: files.length >= most };
}

function rulesAbove(root: string, folder: string): readonly Rules[] {
  let rules: readonly Rules[] = [];
  const parts = folder === '' ? [] : folder.split('/');
  for (let i = 0; i < parts.length; i++) rules = withOwn(root, parts.slice(0, i).join('/'), rules);
  return rules;
}

function withOwn(root: string, folder: string, above: readonly Rules[]): readonly Rules[] {
  const file = path.join(root, folder, '.gitignore');
  if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return above;
  return [...above, { below: folder === '' ? '' : `${folder}/`, ignore: ignore().add(fs.readFileSync(file, 'utf8')) }];
}

const isIgnored = (rules: readonly Rules[], file: string): boolean => {
  let is = false;
  for (const { below, ignore: own } of rules) {
    const { ignored, unignored } = own.test(file.slice(below.length));
    if (ignored) is = true;
    else if (unignored) is = false;
  }
  return is;
};

function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch {
    return [];
  }
}
