import type { Names } from '../named';
import { didYouMean, listed, suggest } from '../suggest';
import type { Problem } from '../yaml/problem';
import { child, entriesOf, entryOf, textOf, textsOf, type TreeNode } from '../yaml/tree';

/** Environments of `ci:` whose stage no model has, and branches of an environment that are none of `ci:`. */
export function ciProblems(root: TreeNode | undefined, names: Names): readonly Problem[] {
  const ci = child(root, 'ci');
  if (!ci) return [];
  const environments = entriesOf(child(ci, 'environments'));
  return [...stages(ci, environments, names), ...branches(ci, environments)];
}

type Entries = ReturnType<typeof entriesOf>;

function stages(ci: TreeNode, environments: Entries, names: Names): readonly Problem[] {
  const chosen = textsOf(child(ci, 'models')).map(({ value }) => names.models.get(value));
  const one = names.models.get(textOf(child(ci, 'models')) ?? '');
  const known = [...chosen, one].filter(model => model !== undefined);
  const models = known.length > 0 ? known : [...names.models.values()];
  const all = [...new Set(models.flatMap(model => [...model.stages.keys()]))];
  return environments.flatMap(({ key, keySpan, value }) => {
    const written = entryOf(value, 'stage')?.value;
    const stage = textOf(written) ?? key;
    if (all.includes(stage)) return [];
    const suggestion = suggest(stage, all);
    const there =
      all.length === 0
        ? 'No model is declared, so that there is none.'
        : `There are ${listed(all, 'and')}: name one with \`stage\`.`;
    const { start, end } = written ?? keySpan;
    return [
      {
        ...{ start, end, code: 'unknown-stage' },
        message: `\`${stage}\` is not a stage of a model.${suggestion === undefined ? ` ${there}` : didYouMean(suggestion)}`,
        key: `ci.environments.${key}${written ? '.stage' : ''}`,
        ...(written && suggestion !== undefined && { suggestion }),
      },
    ];
  });
}

function branches(ci: TreeNode, environments: Entries): readonly Problem[] {
  const written = child(ci, 'branches');
  const all = written ? valuesOf(written) : ['main'];
  return environments.flatMap(({ key, value }) => {
    const own = child(value, 'branches');
    if (!own) return [];
    const unknown = valuesOf(own).filter(one => !all.includes(one));
    return unknown.map(one => ({
      ...{ start: own.start, end: own.end, code: 'unknown-branch' },
      message: `\`${one}\` is none of the branches of \`ci:\`, ${listed(all, 'and')}: nothing would ever be deployed from it.`,
      key: `ci.environments.${key}.branches`,
    }));
  });
}

const valuesOf = (node: TreeNode): readonly string[] => {
  const single = textOf(node);
  return single === undefined ? textsOf(node).map(({ value }) => value) : [single];
};
