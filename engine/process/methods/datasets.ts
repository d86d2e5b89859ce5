import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { digestSchema, empty, name, optional } from '../schemas';

const limit = optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)));
const place = v.pipe(v.number(), v.integer(), v.minValue(0));
const rowLimit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
const pageToken = optional(v.pipe(v.string(), v.maxLength(4096)));

export const datasetsMethods = ({ data }: Services): MethodsOf<'datasets'> => ({
  'datasets/list': method('datasets/list', { params: empty, run: () => data.list() }),
  'datasets/get': method('datasets/get', {
    params: v.strictObject({ name, digest: optional(digestSchema) }),
    run: params => data.get(params.name, params.digest),
  }),
  'datasets/validate': method('datasets/validate', {
    params: v.strictObject({ names: optional(v.pipe(v.array(name), v.maxLength(1000))) }),
    run: ({ names }, { progress, signal }) => data.validate(names, progress, signal),
  }),
  'datasets/status': method('datasets/status', { params: empty, run: (_, { signal }) => data.status(signal) }),
  'datasets/versions': method('datasets/versions', {
    params: v.strictObject({ name, limit, pageToken }),
    run: (params, { signal }) => data.versions(params, signal),
  }),
  'datasets/runs': method('datasets/runs', {
    params: v.strictObject({ name, digest: digestSchema, limit, pageToken }),
    run: params => data.runs(params),
  }),
  'datasets/failing': method('datasets/failing', {
    params: v.strictObject({ name, rule: optional(place), limit: optional(rowLimit) }),
    run: (params, { progress, signal }) => data.failing(params, progress, signal),
  }),
  'datasets/propose': method('datasets/propose', {
    params: v.strictObject({ name, text: optional(v.string()) }),
    run: (params, { progress, signal }) => data.propose(params, progress, signal),
  }),
  'datasets/compare': method('datasets/compare', {
    params: v.strictObject({ name, before: optional(name), after: optional(name) }),
    run: (params, { progress, signal }) => data.compare(params, progress, signal),
  }),
});
