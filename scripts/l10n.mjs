/**
 * `npm run l10n [-- FOLDER]`: writes every user-visible string of src/, webview/ and engine/charts/ to l10n/bundle.l10n.json, the file
 * that translations start from. The pages are handed their strings by the host, so one file holds both.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundle = path.resolve(root, process.argv[2] ?? 'l10n', 'bundle.l10n.json');

const isName = (node, name) => node.type === 'Identifier' && node.name === name;
/** `l10n.t` and `vscode.l10n.t` in the extension; `t` in what pages are made of. */
const isExtensionCall = ({ type, object, property }) =>
  type === 'MemberExpression' &&
  isName(property, 't') &&
  (isName(object, 'l10n') || (object.type === 'MemberExpression' && isName(object.property, 'l10n')));
const isPageCall = callee => isName(callee, 't');

try {
  const texts = [
    ...textsBelow('src', isExtensionCall),
    ...['webview', 'engine/charts'].flatMap(folder => textsBelow(folder, isPageCall)),
  ];
  writeFileSync(bundle, JSON.stringify(Object.fromEntries(texts.map(text => [text, text])), null, 2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The first argument of every such call. */
function textsBelow(folder, isCall) {
  const names = readdirSync(path.join(root, folder), { recursive: true }).filter(file => file.endsWith('.ts'));
  return names.sort().flatMap(file => {
    const name = path.join(folder, file);
    return textsOf({ name, source: readFileSync(path.join(root, name), 'utf8') }, isCall);
  });
}

function textsOf({ name, source }, isCall) {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`);
  const texts = [];
  new Visitor({
    CallExpression({ callee, arguments: [text], start }) {
      if (!isCall(callee)) return;
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
