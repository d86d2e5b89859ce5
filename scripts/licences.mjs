/** Which licences the product may carry, and which its tools may have besides. */

/** Licences (SPDX names) of what is bundled: permissive ones, whose text is shipped in the notices. */
export const permissive = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'Zlib', 'BlueOak-1.0.0'];

/** Tools that build or test, are never bundled, and have another licence; a new one is decided here, by name. */
const tools = {
  'MPL-2.0': ['axe-core', 'lightningcss'],
  'Artistic-2.0': ['binaryextensions', 'editions', 'istextorbinary', 'textextensions', 'version-range'],
  'Python-2.0': ['argparse'],
  WTFPL: ['@azu/style-format'],
  'CC-BY-3.0': ['spdx-exceptions'],
  'CC0-1.0': ['spdx-license-ids'],
  'SEE LICENSE IN LICENSE.txt': ['@vscode/vsce-sign'],
};

/**
 * Whether an SPDX expression can be met with the permissive licences alone.
 * @param {string} expression e.g. `(MIT OR GPL-3.0-or-later)`
 */
export function isPermissive(expression) {
  const inner = expression.trim().replace(/^\((.*)\)$/, '$1');
  return inner.split(/\s+OR\s+/i).some(choice => choice.split(/\s+AND\s+/i).every(name => permissive.includes(name)));
}

/** Whether a package with this licence may be a tool of the project. Platform variants count as the package itself. */
export function isAllowedTool(name, expression) {
  if (isPermissive(expression)) return true;
  return (tools[expression] ?? []).some(tool => name === tool || name.startsWith(`${tool}-`));
}
