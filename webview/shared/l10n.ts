let strings: Readonly<Record<string, string>> = {};
let locale = 'en';

/** Called once, before anything is shown. */
export function useStrings(table: Readonly<Record<string, string>>, language: string): void {
  strings = table;
  locale = language;
}

export const language = (): string => locale;

/** The text in the editor's language; `{0}`, `{1}` … are replaced. */
export function t(message: string, ...values: readonly (string | number)[]): string {
  return (strings[message] ?? message).replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? whole : String(value);
  });
}
