import path from 'node:path';
import * as v from 'valibot';
import { tokenPattern, tokenRule } from '../httpDoor';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { empty, name, optional, positive } from '../schemas';
import type { Services } from '../services';

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const token = v.nullable(v.pipe(v.string(), v.regex(tokenPattern, tokenRule)));

const absolutePath = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.check(text => path.isAbsolute(text) && !text.includes('\0'), 'not an absolute path'),
);

export const servingMethods = ({ serving }: Services): MethodsOf<'serving'> => ({
  'serving/start': method('serving/start', {
    params: v.strictObject({ model: name, at: name, port: optional(port), token: optional(token) }),
    run: request => serving.start(request),
  }),
  'serving/export': method('serving/export', {
    params: v.strictObject({ model: name, at: name, folder: absolutePath, force: optional(v.boolean()) }),
    run: request => serving.export(request),
  }),
  'serving/list': method('serving/list', { params: empty, run: () => serving.list() }),
  'serving/stop': method('serving/stop', {
    params: v.strictObject({ id: positive }),
    run: async ({ id }) => {
      await serving.stop(id);
      return {};
    },
  }),
  'serving/test': method('serving/test', {
    params: v.strictObject({
      model: name,
      version: positive,
      seconds: optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(3600))),
      connections: optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
    }),
    run: (request, { progress, signal }) => serving.test(request, progress, signal),
  }),
  'serving/tests': method('serving/tests', {
    params: v.strictObject({ model: name, version: positive, limit: optional(v.pipe(positive, v.maxValue(1000))) }),
    run: ({ model, version, limit }) => serving.tests(model, version, limit),
  }),
});
