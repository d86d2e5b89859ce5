import * as v from 'valibot';
import type { ProgressReport } from '../../protocol/progress';
import type { Progress } from '../../security/service';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { name, optional, positive } from '../schemas';

const file = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

export const securityMethods = ({ security, audit }: Services): MethodsOf<'security'> => ({
  'security/scan': method('security/scan', {
    params: v.strictObject({ paths: v.pipe(v.array(file), v.minLength(1), v.maxLength(10_000)) }),
    run: ({ paths }, { progress, signal }) => security.scanPaths(paths, told(progress), signal),
  }),
  'security/audit': method('security/audit', {
    params: v.strictObject({
      parts: v.pipe(v.array(v.picklist(['secrets', 'dependencies', 'licences', 'models'])), v.minLength(1)),
      paths: optional(v.pipe(v.array(file), v.maxLength(10_000))),
      advisories: optional(file),
      history: optional(v.boolean()),
    }),
    run: (request, { progress, signal }) => audit.run(request, told(progress), signal),
  }),
  'security/scanVersion': method('security/scanVersion', {
    params: v.strictObject({ name, version: positive, again: optional(v.boolean()) }),
    run: (params, { progress, signal }) => security.scanVersion(params, told(progress), signal),
  }),
});

const told =
  (progress: (report: ProgressReport) => void): Progress =>
  ({ done, of, file: at }) =>
    progress({ message: at, fraction: done / Math.max(1, of) });
