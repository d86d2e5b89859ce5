/** Words as one line for a shell; what is not plain is put in quotes, in which nothing is filled in but by the orchestrator. */
export const shellLine = (words: readonly string[]): string =>
  words
    .map(word => (/^[\w@%+=:,./{}$-]+$/.test(word) ? word : `"${word.replace(/["\\`]|(?<!\{\{)\$(?!\{\{)/g, '\\$&')}"`))
    .join(' ');
