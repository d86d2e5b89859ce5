/** The notices of the packages that are inside the bundles: their names, versions and licences. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPermissive } from './licences.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const texts = path.join(root, 'scripts', 'licences');

/** Who wrote a package that ships no licence file of its own (its repository's one names them). */
const holders = [
  ['@tensorflow/', 'The TensorFlow Authors (Google LLC)'],
  ['onnxruntime', 'Microsoft Corporation'],
  ['seedrandom', 'David Bau'],
];

/**
 * The folders of the packages that esbuild put into a bundle, below the root.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
export function bundledPackages(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const file of Object.keys(inputs)) {
        const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file);
        if (match) folders.add(match[0]);
      }
  return [...folders].sort();
}

/**
 * @param {readonly string[]} folders of packages, relative to the root
 * @returns {string} the text of THIRD_PARTY_NOTICES.txt
 * @throws Error for a package whose licence may not be shipped, or whose text is nowhere to be found
 */
export function noticesText(folders) {
  const entries = folders.map(readPackage);
  entries.sort((a, b) => a.title.localeCompare(b.title, 'en'));
  const seen = new Set(); // the same package at two places of the tree is one entry
  const unique = entries.filter(({ title }) => !seen.has(title) && seen.add(title));
  const head = 'Modelyard contains the following packages. Each is used under the licence given below it.';
  const list = unique.map(({ title, licence }) => `- ${title} (${licence})`).join('\n');
  const rule = '-'.repeat(100);
  return [head, list, ...unique.map(({ title, text }) => `${rule}\n${title}\n\n${text}`)].join('\n\n') + '\n';
}

function readPackage(folder) {
  const home = path.join(root, folder);
  const { name, version, license, author } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  if (typeof license !== 'string' || !isPermissive(license))
    throw new Error(`${name} ${version} is bundled, but its licence (${String(license)}) may not be shipped.`);
  return { title: `${name} ${version}`, licence: license, text: licenceText(home, { name, license, author }) };
}

function licenceText(home, { name, license, author }) {
  const files = readdirSync(home).filter(file => /^(licen[cs]e|copying|notices?|thirdpartynotices)/i.test(file));
  const own = files.sort().map(file => readFileSync(path.join(home, file), 'utf8').trim());
  if (files.some(file => /^(licen|copying)/i.test(file))) return own.join('\n\n');
  const standard = path.join(texts, `${license}.txt`);
  if (!existsSync(standard))
    throw new Error(`${name} ships no licence file, and scripts/licences has no ${license}.txt.`);
  const writtenBy = typeof author === 'string' ? author : author?.name;
  const holder = holders.find(([prefix]) => name.startsWith(prefix))?.[1] ?? writtenBy ?? `The authors of ${name}`;
  return `Copyright (c) ${holder}\n\n${readFileSync(standard, 'utf8').trim()}`;
}
