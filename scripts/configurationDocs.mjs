/**
 * `npm run docs`: writes docs/configuration.md from its template beside this file and media/modelyard.schema.json, which
 * is made of the grammar itself. `--check` only says whether it is in step.
 *
 * A line `<!-- checks: from A to B -->` becomes a table of the checks of datasets from one to another.
 * A line `<!-- keys: PLACE -->` of the template becomes a table of the keys there; `only A B` after the place takes some of
 * them. A key of the schema that no table has, and a place that the schema lacks, is an error.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const file = path => fileURLToPath(new URL(path, import.meta.url));
const target = file('../docs/configuration.md');

/** The text of docs/configuration.md. */
export async function configurationDocs() {
  const template = await readFile(file('configurationDocs.template.md'), 'utf8');
  return render(template, JSON.parse(await readFile(file('../media/modelyard.schema.json'), 'utf8')));
}

/** @throws Error naming a place that is not there, or keys that stand nowhere */
export function render(template, schema) {
  const places = mappings(schema);
  const shown = new Set();
  const text = template.replace(/^<!-- keys: (\S+)(?: only ([\w ]+))? -->$/gm, (_, place, only) => {
    const mapping = places.get(place);
    if (!mapping) throw new Error(`There is no place ${place}; there are ${[...places.keys()].join(', ')}.`);
    const keys = only?.split(' ') ?? Object.keys(mapping.properties);
    for (const key of keys) {
      if (!mapping.properties[key]) throw new Error(`${place} has no key ${key}.`);
      shown.add(`${place}.${key}`);
    }
    return table(mapping, keys);
  });
  const checks = schema.$defs.dataCheck.anyOf.filter(check => check.properties !== undefined);
  const told = text.replace(/^<!-- checks: from (\S+) to (\S+) -->$/gm, (_, first, last) =>
    checkTable(checks, first, last),
  );
  const missing = [...places].flatMap(([place, { properties }]) =>
    Object.keys(properties).flatMap(key => (shown.has(`${place}.${key}`) ? [] : [`${place}.${key}`])),
  );
  // What every step has in common is told once.
  const once =
    /^step:[\w-]+\.(uses|with|needs|matrix(\..+)?|max-parallel|fail-fast|pick(\..+)?|timeout|cache|retry|if)$/;
  // What can be searched are the options of the learners.
  const searched = /^step:tune\.with\.space\.[\w-]+\./;
  // The limits of a trigger are those of all.
  const limits = /\.on\.\w+\.(cool_down|budget(\.runs|\.per)?)$/;
  // What is said for people is said of views as of features and services; what computes as of views with rows.
  const described = /^(view:on-demand|view\..+|feature_services\.\*)\.(description|owner|tags|privacy)$/;
  // Of a pipeline as of a command.
  const environments = /^step:run\.environment\./;
  // What every rule of a gate has in common stands at the metric rule.
  const rules = /^check:[\w-]+\.(check|severity|waive)$|^(?!gate\.).+\.waive\.(until|owner|reason)$/;
  const untold = missing.filter(
    key =>
      !rules.test(key) &&
      !once.test(key) &&
      !searched.test(key) &&
      !limits.test(key) &&
      !environments.test(key) &&
      !described.test(key),
  );
  if (untold.length > 0) throw new Error(`The template has no table for ${untold.join(', ')}.`);
  return told;
}

/** What a check of a dataset asks for, and its keys besides those that all have. */
function checkTable(checks, first, last) {
  const at = name => checks.findIndex(({ properties }) => properties.check.const === name);
  const rows = checks.slice(at(first), at(last) + 1).map(({ properties }) => {
    const { check, severity: _, columns: __, ignore: ___, waive: ____, ...own } = properties;
    const keys = Object.entries(own).map(([key, property]) => {
      const standard = property.default === undefined ? '' : `: ${inline(property.default)}`;
      return `\`${key}${standard}\` ${property.description.replace(/\.$/, '')}`;
    });
    return [`\`${check.const}\``, check.description, keys.join('; ')];
  });
  const lines = [['Check', 'Passes when', 'Keys, with their defaults'], ['---', '---', '---'], ...rows];
  return lines.map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

/** Every mapping with fixed keys, by its place: `datasets.*`, `step:split.with`, `learner:logistic`. */
function mappings(schema) {
  const found = new Map();
  const visit = (node, place) => {
    if (node.properties) found.set(place, node);
    for (const [key, property] of Object.entries(node.properties ?? {})) visit(property, join(place, key));
    if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, join(place, '*'));
    if (node.items && !Array.isArray(node.items)) visit(node.items, `${place}[]`);
    // The long form of what can be said shortly.
    if (/\.on\.\w+$|\.(matrix|pick|partitions)$|^view\.(columns|compute\.\*)$|^online_store$/.test(place))
      for (const option of node.anyOf ?? []) visit(option, place);
  };
  visit(schema, 'workspace');
  for (const step of schema.$defs.step.anyOf) visit(step, `step:${step.properties.uses?.const ?? 'run'}`);
  visit(schema.$defs.searched, 'searched');
  for (const view of schema.$defs.featureView.anyOf) visit(view, view.properties.entity ? 'view' : 'view:on-demand');
  found.set('step', anyStep(schema.$defs.step.anyOf));
  for (const rule of schema.$defs.gate.anyOf)
    visit(rule, rule.properties.check ? `check:${rule.properties.check.const}` : 'gate');
  for (const learner of schema.$defs.train.anyOf) visit(learner, `learner:${learner.properties.learner.const}`);
  return found;
}

/** What all built-in steps have in common. */
function anyStep(steps) {
  const builtIn = steps.filter(step => step.properties.uses);
  const { uses, with: options, ...common } = builtIn[0].properties;
  const names = builtIn.map(step => step.properties.uses.const);
  const properties = {
    uses: { enum: names, description: uses.description },
    with: { ...options, default: {} },
    ...common,
  };
  return { properties, required: ['uses'] };
}

const join = (place, key) => (place === 'workspace' ? key : `${place}.${key}`);

function table({ properties, required = [] }, keys) {
  const rows = keys.map(key => {
    const property = properties[key];
    return [`\`${key}\``, typeOf(property), defaultOf(property, required.includes(key)), meaningOf(property)];
  });
  const lines = [['Key', 'Type', 'Default', 'Meaning'], ['---', '---', '---', '---'], ...rows];
  return lines.map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

const code = value => `\`${typeof value === 'string' ? value.replaceAll('\t', '\\t') : inline(value)}\``;
const inline = value => (Array.isArray(value) ? `[${value.map(inline).join(', ')}]` : String(value));

/** In words, with the bounds; a closed list of values as the values. */
function typeOf(node) {
  if (node.const !== undefined) return code(node.const);
  if (node.enum) return node.enum.map(code).join(', ');
  if (node.anyOf) return typeOfUnion(node.anyOf);
  if (node.$ref) return 'mapping';
  switch (node.type) {
    case 'string':
      return textType(node);
    case 'integer':
      return `whole number${bounds(node)}`;
    case 'number':
      return `number${bounds(node)}`;
    case 'boolean':
      return '`true`, `false`';
    case 'null':
      return '`null`';
    case 'array':
      return Array.isArray(node.items) ? pairType(node.items) : `list of ${plural(typeOf(node.items))}`;
    case 'object':
      return node.properties ? 'mapping' : 'mapping by name';
    default:
      return 'anything';
  }
}

function typeOfUnion(options) {
  const types = [...new Set(options.map(typeOf))];
  const single = ['text', 'number', '`true`, `false`'];
  const isSingle = single.every(type => types.includes(type));
  const rest = types.filter(type => !isSingle || !single.includes(type));
  const [last, ...others] = [...(isSingle ? ['value'] : []), ...rest].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')}, or ${last}`;
}

const pairType = items => `pair of ${plural(typeOf(items[0]))}`;

function textType(node) {
  const reference = node['x-refers-to'];
  if (reference === 'column' || reference === 'metric') return `name of a ${reference}`;
  if (reference === 'feature') return 'feature or view';
  if (reference === 'service') return 'name of a feature service';
  if (reference === 'entity') return 'name of an entity';
  if (reference) return /^(condition|expression)$/.test(reference) ? reference : `name of a ${reference}`;
  if (node.pattern?.includes('ms|s|m|h')) return 'duration';
  return node.maxLength === 1 ? 'character' : 'text';
}

function bounds({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }) {
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const number = value => value.toLocaleString('en');
  if (minimum !== undefined && most !== undefined) return ` (${number(minimum)} to ${number(most)})`;
  const parts = [];
  if (minimum !== undefined) parts.push(`${number(minimum)} or more`);
  if (exclusiveMinimum !== undefined) parts.push(`above ${number(exclusiveMinimum)}`);
  if (most !== undefined) parts.push(`at most ${number(most)}`);
  if (exclusiveMaximum !== undefined) parts.push(`below ${number(exclusiveMaximum)}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

const plural = type =>
  type
    .replace(/^(text|value|condition|mapping|whole number)\b/, '$1s')
    .replace(/^feature or view$/, 'features or views')
    .replace(/^number(?!s)\b/, 'numbers')
    .replace(/^name of an entity/, 'names of entities')
    .replace(/^name of a (\w+)/, 'names of $1s');

function defaultOf(node, isRequired) {
  if (isRequired) return '**required**';
  const value = node.default;
  const isNothing = value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
  return isNothing ? '' : code(value);
}

function meaningOf({ description = '', examples = [] }) {
  if (examples.length === 0) return description;
  return `${description} For example ${examples.map(code).join(' ')}.`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = await configurationDocs();
  if (!process.argv.includes('--check')) {
    await writeFile(target, text);
  } else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
    console.error('docs/configuration.md is not in step with the grammar. Run `npm run docs`.');
    process.exitCode = 1;
  }
}
