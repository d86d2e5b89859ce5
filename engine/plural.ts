/** The noun that fits a number, without it: `row`, `rows`. */
export const nounOf = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many);

/** `1 row`, `1,000 rows` */
export const plural = (count: number, one: string, many?: string): string =>
  `${count.toLocaleString('en')} ${nounOf(count, one, many)}`;

/** The same for numbers that are no more than some thousand, or stand beside such as they are: `1 row`, `1000 rows`. */
export const counted = (count: number, one: string, many?: string): string => `${count} ${nounOf(count, one, many)}`;
