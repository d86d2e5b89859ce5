import { runId } from '../ids';
import { MlflowError, asMlflowError } from './failures';
import type { RunRecord, Tracking } from './ports';
import type { LoggedModels, Registry, Version } from './registryPorts';
import { artifactRoot } from './render';
import { isLocal, isPlain, isWithin, parseModelUri, parseSource } from './sourceUri';
import type { ModelUri, SourceUri } from './sourceUri';
import { stageOf } from './stages';

/** Where a new version comes from, as a client says it. */
export interface GivenSource {
  readonly source: string;
  readonly run?: string;
  readonly loggedModel?: string;
}

/** The same after it was checked. */
export interface CheckedSource extends GivenSource {
  /** Where the files are. */
  readonly storage: string;
}

export interface SourceRooms {
  readonly registry: Registry;
  readonly tracking: Tracking;
  readonly loggedModels: LoggedModels;
}

/** Where whoever is asked for the files would have to connect to a host that a client names. */
const HOST_SCHEMES = ['ftp', 'sftp', 'hdfs', 'viewfs', 'http', 'https', 'r2', 'b2', 'abfss'];

/** What prompts give for a source, since they have none. */
const PROMPT_SOURCES: readonly string[] = ['dummy-source', 'prompt-template'];
const MAX_SOURCE = 4_096;

export function promptSource(source: string): CheckedSource {
  if (!PROMPT_SOURCES.includes(source))
    throw invalid(`Invalid prompt source: '${source}'. Prompt sources must use an MLflow placeholder.`);
  return { source, storage: source };
}

/**
 * A version may point to what its run or logged model holds, to another version, or to a store elsewhere. It may not
 * make anything else readable: no file of this machine, no files of a run that is not named.
 */
export async function checkSource(rooms: SourceRooms, given: GivenSource): Promise<CheckedSource> {
  if (given.source.length > MAX_SOURCE)
    throw invalid(`'source' exceeds the maximum length of ${MAX_SOURCE} characters`);
  const uri = parseSource(given.source);
  checkHost(given.source, uri);
  if (uri.scheme === 'models') return ofModels(rooms, given, uri);
  if (given.loggedModel === undefined) checkRunSource(rooms, given, uri);
  else checkModelSource(rooms, { ...given, loggedModel: given.loggedModel }, uri);
  return { ...withRun(rooms, given), storage: given.source };
}

async function ofModels(rooms: SourceRooms, given: GivenSource, uri: SourceUri): Promise<CheckedSource> {
  if (uri.authority !== '')
    throw invalid(
      `Invalid model version source: '${given.source}'. Registered model sources must use the active model registry.`,
    );
  const parsed = parseModelUri(uri);
  if (parsed === undefined) throw notContained(given.source, 'model_id');
  if ('id' in parsed) return ofLoggedModel(rooms, given, parsed.id);
  return ofVersion(given, await findVersion(rooms.registry, given.source, parsed));
}

function ofLoggedModel(rooms: SourceRooms, given: GivenSource, id: string): CheckedSource {
  if (given.loggedModel !== id || !isPlain(given.source)) throw notContained(given.source, 'model_id');
  const model = findLoggedModel(rooms, id);
  return { ...withRun(rooms, given), storage: model.artifactUri };
}

/** A copy: it keeps the run and the logged model of the version that it is made of. */
function ofVersion({ source, run, loggedModel }: GivenSource, version: Version): CheckedSource {
  const from = { run: version.runId ?? version.foreignRun, loggedModel: version.loggedModel };
  if (
    (run !== undefined && run !== (from.run ?? '')) ||
    (loggedModel !== undefined && loggedModel !== (from.loggedModel ?? ''))
  )
    throw invalid(
      `Invalid model version source: '${source}'. The run_id and model_id request parameters must match the referenced model version.`,
    );
  return {
    source: `models:/${version.model}/${version.version}`,
    storage: version.storage,
    ...(from.run !== undefined && { run: from.run }),
    ...(from.loggedModel !== undefined && { loggedModel: from.loggedModel }),
  };
}

async function findVersion(
  registry: Registry,
  source: string,
  uri: Exclude<ModelUri, { readonly id: string }>,
): Promise<Version> {
  const model = registry.models.get(uri.name);
  if (model.tags['mlflow.prompt.is_prompt']?.toLowerCase() === 'true')
    throw invalid(
      `Invalid model version source: '${source}'. Prompt versions cannot be used as model version sources.`,
    );
  if ('version' in uri) return registry.versions.get(uri.name, uri.version);
  if ('alias' in uri) return registry.models.byAlias(uri.name, uri.alias);
  const stagesOf = await registry.stages.lookup();
  const stage = uri.stage === undefined ? undefined : stageOf(uri.stage, stagesOf(uri.name));
  const [newest] = registry.versions
    .latest([model])
    .filter(version => uri.stage === undefined || version.stage === stage)
    .sort((a, b) => b.version - a.version);
  if (newest) return newest;
  throw new MlflowError(
    'RESOURCE_DOES_NOT_EXIST',
    `No versions of model with name '${uri.name}'${uri.stage === undefined ? '' : ` and stage '${uri.stage}'`} found`,
  );
}

function checkRunSource({ tracking }: SourceRooms, { source, run }: GivenSource, uri: SourceUri): void {
  if (isLocal(uri)) throw localSource(source, 'run_id');
  checkPlain(source);
  if (uri.scheme === 'runs') {
    const [id = ''] = uri.path.replace(/^\/+/, '').split('/');
    if (uri.authority !== '' || run !== id || id === '') throw notContained(source, 'run_id');
  } else if (uri.scheme === 'mlflow-artifacts') {
    const record = run === undefined ? undefined : findRun(tracking, run);
    if (record === undefined || !isWithin(source, artifactRoot(record))) throw notContained(source, 'run_id');
  }
}

function checkModelSource(
  { loggedModels }: SourceRooms,
  { source, loggedModel }: GivenSource & { readonly loggedModel: string },
  uri: SourceUri,
): void {
  if (isLocal(uri)) throw localSource(source, 'model_id');
  checkPlain(source);
  if (uri.scheme === 'runs') throw notContained(source, 'model_id');
  if (uri.scheme !== 'mlflow-artifacts') return;
  const model = loggedModels.find(loggedModel);
  if (model === undefined || !isWithin(source, model.artifactUri)) throw notContained(source, 'model_id');
}

/** A logged model knows the run that made it. */
function withRun(rooms: SourceRooms, given: GivenSource): GivenSource {
  if (given.loggedModel === undefined) return given;
  const { sourceRunId: run } = findLoggedModel(rooms, given.loggedModel);
  return { ...(run !== undefined && { run }), ...given };
}

function findLoggedModel({ loggedModels }: SourceRooms, id: string): NonNullable<ReturnType<LoggedModels['find']>> {
  const model = loggedModels.find(id);
  if (model) return model;
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${id}' not found.`);
}

function checkHost(source: string, { scheme, authority }: SourceUri): void {
  if (!HOST_SCHEMES.includes(scheme) && !(scheme === 'mlflow-artifacts' && authority !== '')) return;
  throw invalid(
    `Invalid model version source: '${source}'. 'source' cannot use the '${scheme}' scheme: it addresses a host other than ` +
      'the store of this workspace.',
  );
}

/** The run of that id, if this workspace has one. */
export function findRun(tracking: Tracking, id: string): RunRecord | undefined {
  try {
    return tracking.record(runId(id));
  } catch (error) {
    if (asMlflowError(error) instanceof MlflowError) return undefined;
    throw error;
  }
}

function checkPlain(source: string): void {
  if (isPlain(source)) return;
  throw invalid(
    `Invalid model version source: '${source}'. If supplying a source as an http, https, local file path, ftp, ` +
      'objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. ' +
      'Please provide an absolute path.',
  );
}

const localSource = (source: string, parameter: 'run_id' | 'model_id'): MlflowError =>
  invalid(
    `Invalid model version source: '${source}'. To use a local path as a model version source, the ${parameter} request ` +
      'parameter has to be specified and the local path has to be contained within the artifact directory of the run ' +
      `specified by the ${parameter}.`,
  );

const notContained = (source: string, parameter: 'run_id' | 'model_id'): MlflowError =>
  invalid(
    `Invalid model version source: '${source}'. The ${parameter} request parameter must identify the resource that contains the source.`,
  );

const invalid = (message: string): MlflowError => new MlflowError('INVALID_PARAMETER_VALUE', message);
