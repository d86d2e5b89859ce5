/** A text of a foreign source as a message may show it. */
export const shown = (text: string, most = 80): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** An address without the password that may be in it. */
export const withoutPassword = (uri: string): string => uri.replace(/\/\/[^/@]*@/, '//');
