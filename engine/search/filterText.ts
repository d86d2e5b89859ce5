/** Names that the grammar takes without quotes after the dot. */
const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_.\-/:@]*$/u;

export const quoteName = (key: string): string => (PLAIN.test(key) ? key : `\`${key.replaceAll('`', '``')}\``);

export const quoteText = (value: string): string => `'${value.replaceAll("'", "''")}'`;
