import type { ModelVersion, RegisteredModel } from '../../protocol/registry';

const aliasOfBest = 'champion';

/** The version with the alias `champion`, else that in the highest stage; undefined while there is none. */
export function bestVersion({ aliases, stages, holders, versions }: RegisteredModel): ModelVersion | undefined {
  const named = aliases[aliasOfBest];
  const [highest] = stages.toReversed().flatMap(stage => holders[stage] ?? []);
  const wanted = named ?? highest;
  return versions.find(({ version }) => version === wanted);
}
