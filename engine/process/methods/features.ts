import * as v from 'valibot';
import type { ProgressReport } from '../../protocol/progress';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { count, empty, name, optional, positive } from '../schemas';
import type { Services } from '../services';

const references = v.pipe(v.array(name), v.minLength(1), v.maxLength(10_000));
const join = {
  service: optional(name),
  features: optional(references),
  entities: name,
  eventTime: optional(name),
  timezone: optional(name),
  mode: optional(v.picklist(['known', 'tie-break'])),
  fullNames: optional(v.boolean()),
};

/** ms since 1970 */
const time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const cell = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const cells = v.array(cell);

const pushId = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const saying =
  (message: string, progress: (report: ProgressReport) => void) =>
  (fraction: number): void =>
    progress({ message, fraction });

export const featuresMethods = ({
  features,
  featureJoins: joins,
  onlineFeatures: online,
  monitoring,
}: Services): MethodsOf<'features'> => ({
  'features/list': method('features/list', { params: empty, run: () => features.list() }),
  'features/get': method('features/get', {
    params: v.strictObject({ view: name }),
    run: ({ view }) => features.get(view),
  }),
  'features/apply': method('features/apply', {
    params: v.strictObject({ views: optional(v.array(name)) }),
    run: ({ views }) => features.apply(views),
  }),
  'features/diff': method('features/diff', {
    params: v.strictObject({ view: name, before: positive, after: positive, values: optional(v.boolean()) }),
    run: async ({ values = false, ...versions }, { progress, signal }) => {
      const diff = await features.diff(versions);
      if (!values) return diff;
      return { ...diff, values: await joins.changes(versions, saying('Comparing values', progress), signal) };
    },
  }),
  'features/compute': method('features/compute', {
    params: v.strictObject({ view: name, limit: optional(v.pipe(count, v.maxValue(1000))) }),
    run: (request, { progress, signal }) =>
      joins.compute(request, saying(`Computing ${request.view}`, progress), signal),
  }),
  'features/trainingSet': method('features/trainingSet', {
    params: v.strictObject({ ...join, to: name, force: optional(v.boolean()) }),
    run: (request, { progress, signal }) => joins.trainingSet(request, saying('Joining features', progress), signal),
  }),
  'features/preview': method('features/preview', {
    params: v.strictObject({
      ...join,
      offset: optional(count),
      limit: optional(v.pipe(count, v.maxValue(1000))),
      filter: optional(v.picklist(['all', 'missed', 'changed'])),
    }),
    run: (request, { progress, signal }) => joins.preview(request, saying('Joining features', progress), signal),
  }),
  ...onlineMethods(online),
  ...monitorMethods(monitoring),
});

type OnlineMethods = Pick<MethodsOf<'features'>, 'features/materialise' | 'features/online' | 'features/push'>;

const onlineMethods = (online: Services['onlineFeatures']): OnlineMethods => ({
  'features/materialise': method('features/materialise', {
    params: v.strictObject({
      views: optional(v.array(name)),
      from: optional(time),
      to: optional(time),
      full: optional(v.boolean()),
    }),
    run: (asked, { progress, signal }) =>
      online.materialise({ ...asked, progress: saying('Materialising', progress) }, signal),
  }),
  'features/online': method('features/online', {
    params: v.strictObject({
      service: optional(name),
      features: optional(references),
      entities: v.record(name, cells),
      fullNames: optional(v.boolean()),
    }),
    run: request => online.get(request),
  }),
  'features/push': method('features/push', {
    params: v.strictObject({
      view: name,
      rows: v.array(v.record(name, cell)),
      to: v.picklist(['online', 'offline', 'online_and_offline']),
      id: optional(pushId),
    }),
    run: request => online.push(request),
  }),
});

type MonitorMethods = Pick<MethodsOf<'features'>, 'features/statistics' | 'features/check'>;

const monitorMethods = (monitoring: Services['monitoring']): MonitorMethods => ({
  'features/statistics': method('features/statistics', {
    params: v.strictObject({ view: name, feature: optional(name) }),
    run: request => monitoring.statistics(request),
  }),
  'features/check': method('features/check', {
    params: v.strictObject({ views: optional(v.array(name)) }),
    run: (request, { progress, signal }) => monitoring.check(request, saying('Checking features', progress), signal),
  }),
});
