import { ModelyardError } from '../../../errors';
import type { ModelVersion, RegisteredModel } from '../../../protocol/registry';
import type { RegistryService } from '../../../registry/service';

/**
 * `candidate`: the newest version in a stage before this one, else the one that holds it; `holder`: that one only.
 * What is archived is judged by nobody.
 */
export function subjectOf(
  { stages, versions, holders }: Pick<RegisteredModel, 'stages' | 'versions' | 'holders'>,
  stage: string,
  who: 'candidate' | 'holder',
): number | undefined {
  if (who === 'holder') return holders[stage];
  const before = stages.slice(0, stages.indexOf(stage));
  const waiting = versions.filter((version: ModelVersion) => before.includes(version.stage));
  const newest = Math.max(...waiting.map(({ version }) => version));
  return waiting.length > 0 ? newest : holders[stage];
}

/** The model; undefined while nobody has registered it. */
export async function registeredOrNone(
  registry: Pick<RegistryService, 'get'>,
  name: string,
): Promise<RegisteredModel | undefined> {
  try {
    return await registry.get(name);
  } catch (error) {
    if (error instanceof ModelyardError && error.code === 'not-found') return undefined;
    throw error;
  }
}
