/** What is kept and shown of an address has nothing in it by which somebody logs in there. */
export const withoutPasswords = (text: string): string => text.replace(/(:\/\/)[^\s/]+@/g, '$1[redacted]@');
