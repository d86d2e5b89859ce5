import type { ModelVersion, RegisteredModel } from '../protocol/registry';
import type { Lost } from './kinds/kind';

export interface Found {
  readonly version: ModelVersion;
  /** `with the alias champion`; absent for a stage. */
  readonly place?: string;
}

/**
 * The version that has a stage or alias now; undefined while nobody ever had it. Where somebody had it and was deleted, nothing
 * can be compared until somebody has it again.
 * @param own the version that is judged
 */
export function holderOf(model: RegisteredModel | undefined, name: string, own?: number): Found | Lost | undefined {
  if (model === undefined) return undefined;
  const numbered = (number: number | undefined): ModelVersion | undefined =>
    model.versions.find(({ version }) => version === number);
  const holder = numbered(model.holders[name]);
  if (holder) return { version: holder };
  if (model.stages.includes(name)) return deletedFrom(model, name);
  const aliased = numbered(Object.hasOwn(model.aliases, name) ? model.aliases[name] : undefined);
  if (aliased) return { version: aliased, place: `with the alias ${name}` };
  if (!model.history.some(({ version }) => version !== own)) return undefined;
  return {
    lost: `no version of ${model.name} has the alias ${name}, though there are others: give it to one with \`modelyard alias ${model.name} ${name} VERSION\`.`,
  };
}

/** Who had the stage last, whatever way it took from there to being deleted. The history is newest first. */
function deletedFrom({ name: model, versions, history }: RegisteredModel, stage: string): Lost | undefined {
  const last = history.find(({ from, to }) => from === stage || to === stage)?.version;
  if (last === undefined || versions.some(({ version }) => version === last)) return undefined;
  const deleted = history.find(({ version, to }) => version === last && to === 'deleted');
  if (deleted === undefined) return undefined;
  const day = new Date(deleted.at).toISOString().slice(0, 10);
  return {
    lost: `version ${last} of ${model}, which held ${stage}, was deleted on ${day} by ${deleted.by}: move another version to ${stage}, or take the comparison out of the gate.`,
  };
}
