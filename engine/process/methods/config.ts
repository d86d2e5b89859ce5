import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { fileText, name, optional, positive } from '../schemas';

const maybeText = v.strictObject({ text: optional(fileText) });
const keys = v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(20_000));
const position = v.strictObject({ text: fileText, line: positive, column: positive });

const waiver = v.strictObject({
  until: name,
  owner: name,
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(2000)),
});
const change = v.variant('set', [
  v.strictObject({ set: v.literal('waive'), waiver, check: optional(name) }),
  v.strictObject({
    set: v.literal('bound'),
    observed: v.number(),
    bound: optional(v.picklist(['at_least', 'at_most'])),
    check: optional(name),
  }),
]);

export const configMethods = ({ config }: Services): MethodsOf<'config'> => ({
  'config/outline': method('config/outline', { params: maybeText, run: ({ text }) => config.outline(text) }),
  'config/diagnose': method('config/diagnose', { params: maybeText, run: ({ text }) => config.diagnose(text) }),
  'config/complete': method('config/complete', { params: position, run: params => config.complete(params) }),
  'config/hover': method('config/hover', { params: position, run: params => config.hover(params) }),
  'config/definition': method('config/definition', { params: position, run: params => config.definition(params) }),
  'config/locate': method('config/locate', {
    params: v.strictObject({ text: optional(fileText), keys }),
    run: params => config.locate(params.keys, params.text),
  }),
  'config/editRule': method('config/editRule', {
    params: v.strictObject({ text: optional(fileText), key: v.pipe(v.string(), v.maxLength(4096)), change }),
    run: params => config.editRule(params.key, params.change, params.text),
  }),
  'config/editKeys': method('config/editKeys', {
    params: v.strictObject({ text: optional(fileText), file: v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096)) }),
    run: ({ file, text }) => config.editKeys(file, text),
  }),
});
