import type { Promotion } from '../protocol/registry';
import { textsOf } from './pairs';
import { MlflowError, asMlflowError } from './failures';
import type { Fields } from './fields';
import { checkSource, findRun, promptSource } from './modelSource';
import type { CheckedSource, SourceRooms } from './modelSource';
import type { NewVersion } from './registryPorts';
import { overMlflow, searchOf } from './registeredModelCalls';
import { RegistryView } from './renderRegistry';
import type { Calls } from './routes';
import { checkMakesRoom, targetStage } from './stages';
import { versionOf } from './versionFields';

const MAX_VERSIONS = 200_000;

/** `model-versions/…`. */
export function modelVersionCalls(rooms: SourceRooms): Calls {
  const { registry } = rooms;
  const { versions } = registry;
  return {
    'POST model-versions/create': async fields => {
      const version = await registry.create(await newVersion(rooms, fields));
      if (version.loggedModel !== undefined)
        rooms.loggedModels.registered(version.loggedModel, { name: version.model, version: version.version });
      return { model_version: (await RegistryView.of(registry)).version(version) };
    },
    'GET model-versions/get': async fields => {
      const shown = await RegistryView.of(registry);
      return { model_version: shown.version(versions.get(fields.text('name'), versionOf(fields))) };
    },
    'PATCH model-versions/update': async fields => {
      const shown = await RegistryView.of(registry);
      const description = fields.optionalText('description') ?? '';
      return { model_version: shown.version(versions.describe(fields.text('name'), versionOf(fields), description)) };
    },
    'POST model-versions/transition-stage': async fields => {
      await transition(rooms, fields);
      const shown = await RegistryView.of(registry);
      return { model_version: shown.version(versions.get(fields.text('name'), versionOf(fields))) };
    },
    'DELETE model-versions/delete': fields => {
      const reason = `the version was deleted, ${overMlflow}`;
      versions.delete(fields.text('name'), versionOf(fields), { reason });
      return {};
    },
    'GET model-versions/get-download-uri': fields => ({
      artifact_uri: versions.get(fields.text('name'), versionOf(fields)).storage,
    }),
    'GET model-versions/search': async fields => {
      const shown = await RegistryView.of(registry);
      const found = versions.search(searchOf(fields, { fallback: 10_000, most: MAX_VERSIONS }));
      return {
        model_versions: found.versions.length > 0 ? found.versions.map(shown.version) : undefined,
        next_page_token: found.nextPageToken,
      };
    },
    'POST model-versions/set-tag': fields => {
      const [name, version] = [fields.text('name'), versionOf(fields)];
      versions.setTag(name, version, { key: fields.text('key'), value: fields.optionalText('value') ?? '' });
      return {};
    },
    'DELETE model-versions/delete-tag': fields => {
      const [name, version] = [fields.text('name'), versionOf(fields)];
      versions.deleteTag(name, version, fields.text('key'));
      return {};
    },
  };
}

async function newVersion(rooms: SourceRooms, fields: Fields): Promise<NewVersion> {
  const model = fields.text('name');
  const source = fields.text('source');
  const [run, loggedModel] = [fields.optionalText('run_id'), fields.optionalText('model_id')];
  const tags = textsOf(fields.list('tags'));
  const checked =
    tags['mlflow.prompt.is_prompt']?.toLowerCase() === 'true'
      ? promptSource(source)
      : await checkSource(rooms, {
          source,
          ...(run !== undefined && run !== '' && { run }),
          ...(loggedModel !== undefined && loggedModel !== '' && { loggedModel }),
        });
  return {
    ...checked,
    ...ofRun(rooms, checked),
    model,
    tags,
    description: fields.optionalText('description') ?? '',
    runLink: fields.optionalText('run_link') ?? '',
  };
}

/** What a version keeps of its run, as it is now. */
function ofRun({ tracking }: SourceRooms, { run: id }: CheckedSource): Pick<NewVersion, 'metrics' | 'lineage'> {
  const run = id === undefined ? undefined : findRun(tracking, id);
  const commit = run?.tags['mlflow.source.git.commit'];
  return {
    metrics: Object.fromEntries(Object.entries(run?.metrics ?? {}).map(([key, { value }]) => [key, value])),
    lineage: {
      datasets: [],
      ...(commit !== undefined && { gitCommit: commit }),
    },
  };
}

/** Moves a version, through the gates of modelyard.yaml where the stage has some. */
async function transition({ registry }: SourceRooms, fields: Fields): Promise<void> {
  const name = fields.text('name');
  const version = versionOf(fields);
  const wanted = fields.text('stage');
  const makeRoom = fields.boolean('archive_existing_versions');
  const stages = (await registry.stages.lookup())(name);
  const to = targetStage(wanted, stages);
  if (makeRoom) checkMakesRoom(to, stages);
  registry.versions.get(name, version);
  const promotion = await judged(() => registry.transition({ name, version }, { to, makeRoom, reason: overMlflow }));
  if (!promotion.promoted) throw blocked(promotion);
}

/** A version that cannot be judged is there all the same: it is the move that is refused. */
async function judged(move: () => Promise<Promotion>): Promise<Promotion> {
  try {
    return await move();
  } catch (error) {
    const known = asMlflowError(error);
    if (!(known instanceof MlflowError) || known.code === 'TEMPORARILY_UNAVAILABLE') throw error;
    throw new MlflowError('INVALID_PARAMETER_VALUE', known.message);
  }
}

function blocked({ version, from, to, gates }: Promotion): MlflowError {
  const sentences = gates.results
    .filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown')
    .map(({ sentence }) => sentence);
  return new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Version ${version.version} of ${version.model} stays in ${from}: the gates of ${to} block it. ${sentences.join(' ')}`,
  );
}
