const signs = /[^\p{L}\p{N}]/gu;

/** A text without what is neither letter nor digit, in lower case: `Own-House ` and `own house` have the same. */
export const baseForm = (text: string): string => text.replace(signs, '').toLowerCase();

/** The base form, or the text itself when nothing is left of it. */
export const formOf = (text: string): string => baseForm(text) || text;
