import * as v from 'valibot';
import {
  dataFormats,
  type CheckResult,
  type ColumnProfile,
  type DatasetProfile,
  type FailingRow,
} from '../protocol/data';

/** What this room writes as JSON, checked when it is read again. */
export const formatSchema = v.picklist(dataFormats);
export const typeSchema = v.picklist(['integer', 'number', 'boolean', 'date', 'datetime', 'string']);
export const columnsSchema = v.array(v.object({ name: v.string(), type: typeSchema }));
const cellSchema = v.nullable(v.union([v.string(), v.number(), v.boolean()]));

export const profileColumn = v.pipe(
  v.object({
    name: v.string(),
    type: typeSchema,
    count: v.number(),
    nulls: v.number(),
    distinct: v.number(),
    distinctEstimated: v.boolean(),
    min: v.optional(v.number()),
    max: v.optional(v.number()),
    mean: v.optional(v.number()),
    std: v.optional(v.number()),
    quantiles: v.optional(v.record(v.string(), v.number())),
    histogram: v.optional(v.object({ edges: v.array(v.number()), counts: v.array(v.number()) })),
    top: v.optional(v.array(v.object({ value: v.string(), count: v.number() }))),
    topError: v.optional(v.number()),
    minLength: v.optional(v.number()),
    maxLength: v.optional(v.number()),
  }),
  v.transform((column): ColumnProfile => defined(column)),
);

export const profileSchema: v.GenericSchema<unknown, DatasetProfile> = v.object({
  rows: v.number(),
  columns: v.array(profileColumn),
});

export const failingRowSchema = v.pipe(
  v.object({ line: v.number(), value: cellSchema, file: v.optional(v.string()) }),
  v.transform((row): FailingRow => defined(row)),
);

const check = v.pipe(
  v.object({
    dataset: v.string(),
    rule: v.string(),
    column: v.optional(v.string()),
    passed: v.boolean(),
    message: v.string(),
    failing: v.number(),
    checked: v.number(),
    rows: v.array(failingRowSchema),
    index: v.number(),
    severity: v.optional(v.picklist(['error', 'warn'])),
  }),
  v.transform((result): CheckResult => defined(result)),
);
export const checksSchema: v.GenericSchema<unknown, readonly CheckResult[]> = v.array(check);

/** Of the file behind the output `dataset`: what a version is made of. */
export const validatedSchema = v.object({
  source: v.object({ name: v.string(), path: v.string(), file: v.optional(v.string()), format: formatSchema }),
  digest: v.string(),
  bytes: v.number(),
  profile: profileSchema,
  checks: v.optional(checksSchema, []),
  stamp: v.optional(v.string()),
});

/** The same without the keys that are undefined. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

export function defined<T extends object>(value: T): Defined<T>;
export function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}
