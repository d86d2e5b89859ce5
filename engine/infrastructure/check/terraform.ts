import type { InfraFinding } from '../../protocol/infrastructure';
import { at, isObject, textAt, type Manifest } from './documents';
import { manifestFindings } from './kubernetes';

const blocks: ReadonlySet<string> = new Set([
  '//', 'terraform', 'variable', 'resource', 'data', 'output', 'locals', 'provider', 'module', 'moved', 'import', 'check', 'removed', 'ephemeral',
]); // prettier-ignore
const variableKeys: ReadonlySet<string> = new Set(['//', 'type', 'description', 'default', 'sensitive', 'nullable', 'validation', 'ephemeral']); // prettier-ignore
const outputKeys: ReadonlySet<string> = new Set(['//', 'value', 'description', 'sensitive', 'depends_on', 'precondition', 'ephemeral']); // prettier-ignore
const identifier = /^[A-Za-z_][\w-]*$/;
const types = /^(string|number|bool|any|(list|set|map|object|tuple|optional)\(.*\))$/s;

/** Of a module in Terraform's JSON syntax: its blocks, what its expressions name, and the manifests in it. */
export function terraformFindings(text: string): readonly InfraFinding[] {
  let module_: unknown;
  try {
    module_ = JSON.parse(text);
  } catch (cause) {
    return [
      { code: 'json', severity: 'error', message: `It is no JSON: ${cause instanceof Error ? cause.message : ''}` },
    ];
  }
  if (!isObject(module_)) return [{ code: 'json', severity: 'error', message: 'A module is an object of blocks.' }];
  const found = [...shape(module_), ...references(module_), ...secrets(module_)];
  const line = (message: string): number | undefined => lineOf(text, /`([^`]+)`/.exec(message)?.[1]);
  const placed = found.map((message): InfraFinding => {
    const at_ = line(message);
    return { code: 'terraform', severity: 'error', message, ...(at_ !== undefined && { line: at_ }) };
  });
  return [...placed, ...manifests(module_, text)];
}

const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value).filter(([key]) => key !== '//') : [];

function shape(module_: Readonly<Record<string, unknown>>): readonly string[] {
  const wrongKeys = (what: string, value: unknown, allowed: ReadonlySet<string>): readonly string[] =>
    entries(value).flatMap(([name, body]) => [
      ...(identifier.test(name) ? [] : [`The ${what} \`${name}\` cannot be called so.`]),
      ...(isObject(body) ? Object.keys(body).filter(key => !allowed.has(key)).map(key => `A ${what} knows no \`${key}\`.`) : [`The ${what} \`${name}\` must be an object.`]), // prettier-ignore
    ]);
  return [
    ...Object.keys(module_).filter(key => !blocks.has(key)).map(key => `A module has no blocks \`${key}\`.`), // prettier-ignore
    ...wrongKeys('variable', module_['variable'], variableKeys),
    ...wrongKeys('output', module_['output'], outputKeys),
    ...entries(module_['variable']).flatMap(([name, body]) => {
      const type = at(body, 'type');
      return type === undefined || (typeof type === 'string' && types.test(type)) ? [] : [`The variable \`${name}\` has no type that Terraform knows.`]; // prettier-ignore
    }),
    ...entries(module_['output']).flatMap(([name, body]) => (at(body, 'value') === undefined ? [`The output \`${name}\` has no value.`] : [])), // prettier-ignore
    ...entries(module_['resource']).flatMap(([type, named]) => [
      ...(/^[a-z]\w*_\w+$/.test(type) ? [] : [`\`${type}\` is no type of a resource.`]),
      ...entries(named).flatMap(([name, body]) => (identifier.test(name) && isObject(body) ? [] : [`The resource \`${name}\` must be an object with a name of letters, digits and _.`])), // prettier-ignore
      ...(isObject(named) ? [] : [`\`${type}\` must be an object of resources by name.`]),
    ]),
    ...providers(module_),
  ];
}

function providers(module_: Readonly<Record<string, unknown>>): readonly string[] {
  const declared = Object.keys(Object.fromEntries(entries(at(module_, 'terraform', 'required_providers'))));
  const used = [...new Set(entries(module_['resource']).map(([type]) => type.split('_', 1)[0] ?? ''))];
  return [
    ...used.filter(one => !declared.includes(one)).map(one => `No \`required_providers\` says which version of ${one} is meant.`), // prettier-ignore
    ...declared
      .filter(one => textAt(module_, 'terraform', 'required_providers', one, 'version') === '')
      .map(one => `The provider \`${one}\` has no version.`),
  ];
}

/** Of all texts: `${…}` must be closed and name what there is. */
function references(module_: Readonly<Record<string, unknown>>): readonly string[] {
  const has = (...path: readonly string[]): boolean => at(module_, ...path) !== undefined;
  return textsOf(module_).flatMap(text => {
    const plain = text.replaceAll('$${', '').replaceAll('%%{', '');
    const opened = plain.split('${').length - 1;
    const filled = [...plain.matchAll(/\$\{([^{}]*)\}/g)].map(([, inner = '']) => inner);
    if (opened > filled.length) return [`An expression is not closed: \`${text}\`.`];
    return filled.flatMap(expression => {
      const variables = [...expression.matchAll(/\bvar\.([\w-]+)/g)].map(([, name = '']) => name);
      const locals = [...expression.matchAll(/\blocal\.([\w-]+)/g)].map(([, name = '']) => name);
      const resources = [...expression.matchAll(/(?<![.\w])([a-z]+_\w+)\.([\w-]+)/g)];
      return [
        ...variables.filter(name => !has('variable', name)).map(name => `There is no variable \`${name}\`.`),
        ...locals.filter(name => !has('locals', name)).map(name => `There is no local value \`${name}\`.`),
        ...resources.flatMap(([whole, type = '', name = '']) => (has('resource', type, name) ? [] : [`There is no resource \`${whole}\`.`])), // prettier-ignore
      ];
    });
  });
}

const secrets = (module_: Readonly<Record<string, unknown>>): readonly string[] =>
  entries(module_['variable']).flatMap(([name, body]) =>
    /token|password|secret|api_?key/i.test(name) && textAt(body, 'default') !== ''
      ? [`A secret stands in the file: the variable \`${name}\` must have no default.`]
      : [],
  );

function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const one of value) yield* texts(one);
  else for (const [, one] of entries(value)) yield* texts(one);
}
const textsOf = (value: unknown): readonly string[] => [...texts(value)];

/** The manifests, with the defaults of variables in their places. */
function manifests(module_: Readonly<Record<string, unknown>>, text: string): readonly InfraFinding[] {
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replaceAll(/\$\{var\.([\w-]+)\}/g, (_, name: string) =>
        textAt(module_, 'variable', name, 'default'),
      );
    if (Array.isArray(value)) return value.map(filled);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one)])) : value;
  };
  const found = entries(at(module_, 'resource', 'kubernetes_manifest')).flatMap(([name, body]): Manifest[] => {
    const value = filled(at(body, 'manifest'));
    if (!isObject(value)) return [];
    const lineOfResource = lineOf(text, name) ?? 1;
    return [
      {
        ...{ value, apiVersion: textAt(value, 'apiVersion'), kind: textAt(value, 'kind') },
        name: textAt(value, 'metadata', 'name'),
        lineOf: () => lineOfResource,
      },
    ];
  });
  return found.length === 0 ? [] : manifestFindings(found);
}

/** The first line with a key. */
function lineOf(text: string, key: string | undefined): number | undefined {
  if (key === undefined) return undefined;
  const at_ = text.indexOf(`"${key}"`);
  return at_ < 0 ? undefined : text.slice(0, at_).split('\n').length;
}
