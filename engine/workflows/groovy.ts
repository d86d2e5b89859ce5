/** A block of Groovy, its lines indented. */
export const block = (name: string, lines: readonly string[]): readonly string[] => [
  `${name} {`,
  ...lines.map(line => (line === '' ? '' : `    ${line}`)),
  '}',
];

/** In single quotes Groovy fills nothing in. */
export const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`;
