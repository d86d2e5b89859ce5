/** Has Node, npm, git and a shell. */
export const usualImage = 'node:22';
/** The major version where a system installs Node itself. */
export const usualNode = 22;

/** The words that call Modelyard on a machine that has nothing but Node: `given`, else the package of this version. */
export const cliWords = (given: string | undefined, version: string): readonly string[] =>
  given?.trim().split(/\s+/) ?? ['npx', '--yes', `modelyard@${version}`];
