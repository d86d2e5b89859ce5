/** Has Node, npm, git and a shell. */
export const usualImage = 'node:22';
