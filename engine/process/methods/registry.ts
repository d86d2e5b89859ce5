import * as v from 'valibot';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { count, name, optional, positive, prose } from '../schemas';
import type { Services } from '../services';

const version = { name, version: positive };
const decision = v.picklist(['approved', 'rejected']);
const versions = v.pipe(v.array(positive), v.minLength(1), v.maxLength(50));
const tags = v.record(v.pipe(v.string(), v.maxLength(500)), v.nullable(v.pipe(v.string(), v.maxLength(100_000))));

/** The life of registered models beyond being registered and promoted. */
export const registryMethods = (services: Services): MethodsOf<'registry'> => ({
  ...looking(services),
  ...moving(services),
  ...deciding(services),
});

type Kinds = MethodsOf<'registry'>;

const looking = ({
  registry,
  versionDiffs,
}: Services): Pick<
  Kinds,
  'registry/diff' | 'registry/compare' | 'registry/search' | 'registry/describe' | 'registry/tag'
> => ({
  'registry/diff': method('registry/diff', {
    params: v.strictObject({ ...version, other: optional(positive), stage: optional(name) }),
    run: (request, { signal }) => versionDiffs.diff(request, signal),
  }),
  'registry/compare': method('registry/compare', {
    params: v.strictObject({ name, versions }),
    run: request => versionDiffs.compare(request),
  }),
  'registry/search': method('registry/search', {
    params: v.strictObject({
      kind: v.picklist(['models', 'versions']),
      filter: optional(prose),
      orderBy: optional(v.pipe(v.array(name), v.maxLength(20))),
      limit: optional(v.pipe(positive, v.maxValue(10_000))),
      pageToken: optional(prose),
    }),
    run: query => registry.search(query),
  }),
  'registry/describe': method('registry/describe', {
    params: v.strictObject({ name, version: optional(positive), description: prose }),
    run: params => registry.describe(params.name, params.description, params.version),
  }),
  'registry/tag': method('registry/tag', {
    params: v.strictObject({ name, version: optional(positive), tags }),
    run: params => registry.tag(params.name, params.tags, params.version),
  }),
});

const moving = ({
  wayBack,
  cleaning,
}: Services): Pick<
  Kinds,
  | 'registry/demote'
  | 'registry/rollback'
  | 'registry/archive'
  | 'registry/restore'
  | 'registry/delete'
  | 'registry/cleanUp'
> => ({
  'registry/demote': method('registry/demote', {
    params: v.strictObject({ ...version, to: optional(name), reason: prose, putBack: optional(v.boolean()) }),
    run: request => wayBack.demote(request),
  }),
  'registry/rollback': method('registry/rollback', {
    params: v.strictObject({ name, stage: name, version: optional(positive), reason: prose }),
    run: request => wayBack.rollback(request),
  }),
  'registry/archive': method('registry/archive', {
    params: v.strictObject({ ...version, reason: prose }),
    run: request => wayBack.archive(request),
  }),
  'registry/restore': method('registry/restore', {
    params: v.strictObject({ ...version, reason: prose }),
    run: request => wayBack.restore(request),
  }),
  'registry/delete': method('registry/delete', {
    params: v.strictObject({ name, version: optional(positive), reason: prose }),
    run: async request => {
      await wayBack.delete(request);
      return {};
    },
  }),
  'registry/cleanUp': method('registry/cleanUp', {
    params: v.strictObject({
      model: optional(name),
      keepLast: count,
      olderThan: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100_000))),
      action: v.picklist(['archive', 'delete']),
      dryRun: v.boolean(),
      only: optional(v.pipe(v.array(v.strictObject({ model: name, version: positive })), v.maxLength(100_000))),
    }),
    run: request => cleaning.run(request),
  }),
});

const deciding = ({
  approvals,
}: Services): Pick<Kinds, 'registry/approvals' | 'registry/approve' | 'registry/withdraw'> => ({
  'registry/approvals': method('registry/approvals', {
    params: v.strictObject({ name, version: optional(positive) }),
    run: params => approvals.list(params.name, params.version),
  }),
  'registry/approve': method('registry/approve', {
    params: v.strictObject({ ...version, stage: name, decision, comment: prose }),
    run: request => approvals.decide(request),
  }),
  'registry/withdraw': method('registry/withdraw', {
    params: v.strictObject({ ...version, stage: name, reason: prose }),
    run: request => approvals.withdraw(request),
  }),
});
