/**
 * `npm run l10n [-- FOLDER]`: writes every user-visible string of src/, webview/ and engine/charts/ to l10n/bundle.l10n.json, the file
 * that translations start from. The pages are handed their strings by the host, so one file holds both.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const exporter = path.join(root, 'node_modules/@vscode/l10n-dev/dist/cli.js');
const out = process.argv[2] ?? 'l10n';
const bundle = path.resolve(root, out, 'bundle.l10n.json');

try {
  execFileSync(process.execPath, [exporter, 'export', '-o', out, './src'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const texts = JSON.parse(readFileSync(bundle, 'utf8'));
  for (const text of textsOfPages()) texts[text] = text;
  writeFileSync(bundle, JSON.stringify(texts, null, 2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The first argument of every call of `t` in what pages are made of, which the exporter does not know. */
function textsOfPages() {
  const files = ['webview', 'engine/charts'].flatMap(folder =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter(file => file.endsWith('.ts'))
      .map(file => path.join(folder, file)),
  );
  return files.sort().flatMap(name => textsOf(name, readFileSync(path.join(root, name), 'utf8')));
}

function textsOf(name, source) {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`);
  const texts = [];
  new Visitor({
    CallExpression({ callee, arguments: [text], start }) {
      if (callee.type !== 'Identifier' || callee.name !== 't') return;
      const value = text?.type === 'TemplateLiteral' ? wholeOf(text) : text?.value;
      if (typeof value !== 'string') throw new Error(`${placeOf(name, source, start)}: t() needs its text itself.`);
      texts.push(value);
    },
  }).visit(program);
  return texts;
}

const wholeOf = ({ quasis }) => (quasis.length === 1 ? quasis[0].value.cooked : undefined);

function placeOf(name, source, offset) {
  const lines = source.slice(0, offset).split('\n');
  return `${name}:${lines.length}:${lines.at(-1).length + 1}`;
}
