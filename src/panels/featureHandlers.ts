import * as v from 'valibot';
import type { EngineMethod, FeatureAction, HostMethods } from '../../webview/shared/protocol';
import type { CommandId } from '../manifest/commandIds';
import { executeCommand } from '../manifest/commands';
import { hostHandler, toEngine } from './checkedHandler';
import type { Handler } from './handler';
import { joinRequest } from './subject';

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const version = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a page may ask the engine about features: to read, to compute, nothing that changes values elsewhere. */
export const featureEngineHandlers: Readonly<Record<Extract<EngineMethod, `features/${string}`>, Handler>> = {
  'features/list': toEngine('features/list', v.strictObject({})),
  'features/get': toEngine('features/get', v.strictObject({ view: name })),
  'features/diff': toEngine(
    'features/diff',
    v.strictObject({ view: name, before: version, after: version, values: v.exactOptional(v.boolean()) }),
  ),
  'features/statistics': toEngine(
    'features/statistics',
    v.strictObject({ view: name, feature: v.exactOptional(name) }),
  ),
  'features/compute': toEngine('features/compute', v.strictObject({ view: name })),
  'features/preview': toEngine(
    'features/preview',
    v.strictObject({
      ...joinRequest.entries,
      offset: v.exactOptional(positive),
      limit: v.exactOptional(v.pipe(positive, v.maxValue(1000))),
      filter: v.exactOptional(v.picklist(['all', 'missed', 'changed'])),
    }),
  ),
};

const commands: Readonly<Record<FeatureAction, CommandId>> = {
  compute: 'computeFeatures',
  preview: 'previewJoin',
  trainingSet: 'makeTrainingSet',
  materialise: 'materialiseFeatures',
  check: 'checkFeatures',
  online: 'getOnlineFeatures',
  record: 'recordFeatures',
  definition: 'openFeatureDefinition',
};
const actions = [
  ...(['compute', 'preview', 'trainingSet', 'materialise', 'check', 'online', 'record', 'definition'] as const),
];

export const featureHostHandlers: Readonly<Record<Extract<keyof HostMethods, `host/${string}Features`>, Handler>> = {
  'host/openFeatures': hostHandler<'host/openFeatures'>(
    v.strictObject({ view: name }),
    ({ owner, folder }, { view }) => {
      owner.openFeatureView(folder, view);
      return Promise.resolve(null);
    },
  ),
  'host/changeFeatures': hostHandler<'host/changeFeatures'>(
    v.strictObject({
      action: v.picklist(actions),
      view: v.exactOptional(name),
      service: v.exactOptional(name),
      feature: v.exactOptional(name),
      full: v.exactOptional(v.boolean()),
      entities: v.exactOptional(name),
      eventTime: v.exactOptional(name),
    }),
    async ({ folder }, { action, ...target }) => {
      await executeCommand(commands[action], { folder: folder.toString(), ...target });
      return null;
    },
  ),
};
