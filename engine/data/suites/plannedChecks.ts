import * as v from 'valibot';
import type { DataRoles, PlannedCheck } from '../../protocol/dataChecks';
import { judges } from './judges';

const names = v.array(v.string());
const isName = (value: unknown): value is PlannedCheck['check'] =>
  typeof value === 'string' && Object.hasOwn(judges, value);
const { exactOptional: maybe } = v;
export const storedWaiver = v.strictObject({ until: v.string(), owner: v.string(), reason: v.string() });

export const checkName = v.custom<PlannedCheck['check']>(isName, 'must be the name of a check');

/** Checks as the config has planned them, where they come to the process that judges them. */
export const plannedChecks: v.GenericSchema<unknown, readonly PlannedCheck[]> = v.array(
  v.strictObject({
    check: checkName,
    suite: v.picklist(['integrity', 'train-test']),
    entry: v.number(),
    named: v.boolean(),
    severity: maybe(v.picklist(['error', 'warn'])),
    columns: maybe(names),
    ignore: maybe(names),
    label: maybe(v.string()),
    index: maybe(v.string()),
    date: maybe(v.string()),
    at_most: maybe(v.number()),
    at_least: maybe(v.number()),
    below: maybe(v.number()),
    not_between: maybe(v.strictTuple([v.number(), v.number()])),
    correlation: maybe(v.number()),
    score: maybe(v.number()),
    ratio: maybe(v.number()),
    change: maybe(v.number()),
    numeric: maybe(v.picklist(['ks', 'emd'])),
    categories: maybe(v.picklist(['cramers-v', 'psi'])),
    waive: maybe(storedWaiver),
  }),
);

export const dataRoles: v.GenericSchema<unknown, DataRoles> = v.strictObject({
  label: maybe(v.string()),
  task: maybe(v.picklist(['binary', 'multiclass', 'regression'])),
  date: maybe(v.string()),
  drop: maybe(names),
  categorical: maybe(names),
  unsure: maybe(v.string()),
});
