import { referenceOf } from '../grammar/facts';
import type { Names } from '../names';
import type { Site } from '../walk';
import type { Problem } from '../yaml/problem';
import { child, dotted, textOf, textsOf } from '../yaml/tree';

export type CheckCondition = (condition: string) => string | undefined;

/** Conditions (`age <= 25`) that the rows cannot be asked. */
export function conditionProblems(all: readonly Site[], check: CheckCondition | undefined): readonly Problem[] {
  if (!check) return [];
  return all.flatMap(({ schema, node, path }) => {
    const text = referenceOf(schema) === 'condition' ? textOf(node) : undefined;
    const problem = text === undefined || text === '' ? undefined : check(text);
    if (problem === undefined) return [];
    return [{ start: node.start, end: node.end, code: 'bad-condition', message: problem, key: dotted(path) }];
  });
}

/** A stage that is listed twice. */
export function stageProblems(names: Names): readonly Problem[] {
  const problems: Problem[] = [];
  for (const model of names.models.values()) {
    const seen = new Set<string>();
    for (const stage of textsOf(child(model.node, 'stages'))) {
      const { start, end, value } = stage;
      const message = `Stage \`${value}\` is listed twice.`;
      if (seen.has(value))
        problems.push({ start, end, code: 'duplicate-stage', message, key: `models.${model.name}.stages` });
      seen.add(value);
    }
  }
  return problems;
}
