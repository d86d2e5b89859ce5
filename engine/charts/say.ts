/** The text in the reader's language; `{0}`, `{1}` … are replaced. Named `t` where it is handed over, so that its texts are found. */
export type Say = (message: string, ...values: readonly (string | number)[]) => string;

/** English, for where nobody has set another language. */
export const english: Say = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
