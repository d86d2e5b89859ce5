import { ModelyardError } from '../errors';
import type { PipelineConfig, WorkspaceConfig } from '../protocol/workspaceConfig';

/** The word among these that was probably meant. */
export type Meant = (word: string, known: Iterable<string>) => string | undefined;

/** @throws ModelyardError `not-found`, with the name that was probably meant */
export function requirePipeline({ pipelines }: WorkspaceConfig, name: string, meant: Meant): PipelineConfig {
  const known = Object.hasOwn(pipelines, name) ? pipelines[name] : undefined;
  if (known) return known;
  const names = Object.keys(pipelines);
  const similar = meant(name, names);
  const fix = similar === undefined ? `It has ${names.join(', ') || 'none'}.` : `Did you mean \`${similar}\`?`;
  throw new ModelyardError('not-found', `modelyard.yaml has no pipeline ${name}.`, { fix });
}
