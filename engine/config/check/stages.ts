import type { Names } from '../named';
import type { Problem } from '../yaml/problem';
import { child, textsOf } from '../yaml/tree';

/** A stage that is listed twice. */
export function stageProblems(names: Names): readonly Problem[] {
  const problems: Problem[] = [];
  for (const model of names.models.values()) {
    const seen = new Set<string>();
    for (const { start, end, value } of textsOf(child(model.node, 'stages'))) {
      const message = `Stage \`${value}\` is listed twice.`;
      if (seen.has(value))
        problems.push({ start, end, code: 'duplicate-stage', message, key: `models.${model.name}.stages` });
      seen.add(value);
    }
  }
  return problems;
}
