import type { ModelRecord, VersionRecord } from './records';
import { isPrompt, promptTag } from './records';

type Texts = Readonly<Record<string, string>>;

/** Something that happened to the registry, in the words of MLflow's webhooks. */
export interface RegistryEvent {
  readonly entity: string;
  readonly action: 'created' | 'set' | 'deleted';
  readonly data: Readonly<Record<string, string | null | Texts>>;
}

type Kind = 'model' | 'prompt';
const kindOf = ({ tags }: Pick<ModelRecord, 'tags'>): Kind => (isPrompt(tags) ? 'prompt' : 'model');

/** Marks of a prompt that say nothing to who is told of it. */
const ownTags: readonly string[] = [promptTag, '_mlflow_prompt_type'];
const textTag = 'mlflow.prompt.text';
const without = (tags: Texts, keys: readonly string[]): Texts =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

export function modelCreated({ name, tags, description }: ModelRecord): RegistryEvent {
  return isPrompt(tags)
    ? { entity: 'prompt', action: 'created', data: { name, tags: without(tags, ownTags), description } }
    : { entity: 'registered_model', action: 'created', data: { name, tags, description } };
}

export function versionCreated(version: VersionRecord): RegistryEvent {
  const { model: name, tags, source } = version;
  const common = { name, version: String(version.version), description: orNull(version.description) };
  if (isPrompt(tags)) {
    const template = tags[textTag] ?? null;
    const data = { ...common, template, tags: without(tags, [...ownTags, textTag]) };
    return { entity: 'prompt_version', action: 'created', data };
  }
  const run = version.runId ?? version.foreignRun ?? null;
  return { entity: 'model_version', action: 'created', data: { ...common, source, run_id: run, tags } };
}

/** MLflow tells this of prompts only. */
export function modelTagChanged(model: ModelRecord, key: string, value?: string): RegistryEvent | undefined {
  if (kindOf(model) === 'model') return undefined;
  return { entity: 'prompt_tag', ...setOrDeleted({ name: model.name, key }, value) };
}

export function versionTagChanged(
  model: ModelRecord,
  { version, key, value }: { version: number; key: string; value?: string },
): RegistryEvent {
  const entity = kindOf(model) === 'prompt' ? 'prompt_version_tag' : 'model_version_tag';
  return { entity, ...setOrDeleted({ name: model.name, version: String(version), key }, value) };
}

/** Without `version`: the alias was deleted. */
export function aliasChanged(model: ModelRecord, alias: string, version?: number): RegistryEvent {
  const entity = kindOf(model) === 'prompt' ? 'prompt_alias' : 'model_version_alias';
  const data = { name: model.name, alias };
  return version === undefined
    ? { entity, action: 'deleted', data }
    : { entity, action: 'created', data: { ...data, version: String(version) } };
}

const setOrDeleted = (data: Texts, value: string | undefined): Pick<RegistryEvent, 'action' | 'data'> =>
  value === undefined ? { action: 'deleted', data } : { action: 'set', data: { ...data, value } };

const orNull = (text: string): string | null => (text === '' ? null : text);
