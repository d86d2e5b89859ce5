import { textsOf } from './pairs';
import { wrongValue } from './failures';
import type { Fields } from './fields';
import type { Registry, Search } from './registryPorts';
import { RegistryView } from './renderRegistry';
import type { Call, Calls } from './routes';
import { stageOf } from './stages';
import { versionOf } from './versionFields';

/** `registered-models/…`. A prompt is a registered model with a tag. */
export function registeredModelCalls(registry: Registry): Calls {
  const { models } = registry;
  const view = (): Promise<RegistryView> => RegistryView.of(registry);
  const latestVersions: Call = async fields => {
    const model = models.get(fields.text('name'));
    const shown = await view();
    const all = shown.stages(model.name);
    const asked = fields.texts('stages').map(stage => stageOf(stage, all));
    const latest = registry.versions.latest([model]);
    const found = asked.length === 0 ? latest : latest.filter(({ stage }) => asked.includes(stage));
    return { model_versions: found.length > 0 ? found.map(shown.version) : undefined };
  };
  return {
    'POST registered-models/create': async fields => {
      const shown = await view();
      const tags = textsOf(fields.list('tags'));
      const model = { name: fields.text('name'), description: fields.optionalText('description') ?? '', tags };
      return { registered_model: shown.model(models.create(model)) };
    },
    'GET registered-models/get': async fields => {
      const shown = await view();
      return { registered_model: shown.model(models.get(fields.text('name'))) };
    },
    'GET registered-models/search': async fields => {
      const shown = await view();
      const found = models.search(searchOf(fields, { fallback: 100, most: 1_000 }));
      return {
        registered_models: found.models.length > 0 ? shown.models(found.models) : undefined,
        next_page_token: found.nextPageToken,
      };
    },
    'PATCH registered-models/update': async fields => {
      const shown = await view();
      const described = models.describe(fields.text('name'), fields.optionalText('description') ?? '');
      return { registered_model: shown.model(described) };
    },
    'POST registered-models/rename': async fields => {
      const renamed = await registry.rename(fields.text('name'), fields.text('new_name'));
      return { registered_model: (await view()).model(renamed) };
    },
    'DELETE registered-models/delete': fields => {
      models.delete(fields.text('name'), { reason: `the model was deleted, ${overMlflow}` });
      return {};
    },
    'GET registered-models/get-latest-versions': latestVersions,
    'POST registered-models/get-latest-versions': latestVersions,
    ...tagCalls(registry),
    ...aliasCalls(registry),
  };
}

function tagCalls({ models }: Registry): Calls {
  return {
    'POST registered-models/set-tag': fields => {
      models.setTag(fields.text('name'), fields.text('key'), fields.optionalText('value') ?? '');
      return {};
    },
    'DELETE registered-models/delete-tag': fields => {
      models.deleteTag(fields.text('name'), fields.text('key'));
      return {};
    },
  };
}

function aliasCalls(registry: Registry): Calls {
  const { models } = registry;
  const reason = overMlflow;
  return {
    'POST registered-models/alias': fields => {
      const name = fields.text('name');
      models.moveAlias({ name, alias: fields.text('alias'), version: versionOf(fields), reason });
      return {};
    },
    'GET registered-models/alias': async fields => {
      const shown = await RegistryView.of(registry);
      return { model_version: shown.version(models.byAlias(fields.text('name'), fields.text('alias'))) };
    },
    'DELETE registered-models/alias': fields => {
      models.moveAlias({ name: fields.text('name'), alias: fields.text('alias'), reason });
      return {};
    },
  };
}

/** Why something moved, for the history. */
export const overMlflow = 'asked for over the MLflow API';

/** What is looked for, at most how many at once. */
export function searchOf(fields: Fields, limits: { readonly fallback: number; readonly most: number }): Search {
  const limit = fields.optionalInteger('max_results') ?? limits.fallback;
  if (limit < 1) throw wrongValue('max_results', limit, { why: `It must be a positive integer, but got ${limit}` });
  if (limit > limits.most)
    throw wrongValue('max_results', limit, { why: `It must be at most ${limits.most}, but got ${limit}` });
  const filter = fields.optionalText('filter');
  const pageToken = fields.optionalText('page_token');
  return {
    limit,
    orderBy: fields.texts('order_by'),
    ...(filter !== undefined && { filter }),
    ...(pageToken !== undefined && pageToken !== '' && { pageToken }),
  };
}
