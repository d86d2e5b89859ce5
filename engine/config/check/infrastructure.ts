import type { Names } from '../named';
import { listed, suggest, didYouMean } from '../suggest';
import type { Problem } from '../yaml/problem';
import { child, entriesOf, entryOf, textOf, type TreeNode } from '../yaml/tree';

/** Stages in `infrastructure:` that a model has not. */
export function infrastructureProblems(root: TreeNode | undefined, names: Names): readonly Problem[] {
  const models = entriesOf(child(child(root, 'infrastructure'), 'models'));
  return models.flatMap(({ key, value }): readonly Problem[] => {
    const model = names.models.get(key);
    if (!model) return [];
    const written = entryOf(value, 'stage')?.value;
    const stage = textOf(written);
    const all = [...model.stages.keys()];
    if (written === undefined || stage === undefined || all.includes(stage)) return [];
    const suggestion = suggest(stage, all);
    return [
      {
        ...{ start: written.start, end: written.end },
        code: 'unknown-stage',
        severity: 'error',
        message: `Model \`${key}\` has no stage \`${stage}\`: it has ${listed(all, 'and')}.${didYouMean(suggestion)}`,
        key: `infrastructure.models.${key}.stage`,
      },
    ];
  });
}
