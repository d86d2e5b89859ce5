/** No parameters, or no result. */
export type Empty = Readonly<Record<string, never>>;
