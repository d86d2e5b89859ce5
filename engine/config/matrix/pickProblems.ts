import type { PickRule } from '../../protocol/workspaceConfig';
import type { NamedStep } from '../named';
import { didYouMean, listed, suggest } from '../suggest';
import type { Problem } from '../yaml/problem';
import { child, entryOf, textOf } from '../yaml/tree';
import type { Matrices } from './expandMatrices';
import { usualDirection } from './metricDirection';

/** What `pick:` of a step means, or what is wrong with it. `key`: of the step. */
export function readPick(
  step: NamedStep,
  matrices: Matrices,
  key: string,
): { readonly rule: PickRule } | { readonly problem: Problem } | undefined {
  const entry = entryOf(step.node, 'pick');
  if (!entry) return undefined;
  const problem = (code: string, message: string): { readonly problem: Problem } => ({
    problem: { start: entry.keySpan.start, end: entry.keySpan.end, code, message, key: `${key}.pick` },
  });
  const needed = step.needs.map(({ value }) => value).filter(name => matrices.has(name));
  const named = textOf(child(entry.value, 'step'));
  const [only, ...others] = needed;
  if (only === undefined)
    return problem('no-matrix', `\`${step.name}\` needs no step with a matrix, so there is nothing to pick from.`);
  if (named !== undefined && !needed.includes(named))
    return problem(
      'no-matrix',
      `\`${named}\` is not a step with a matrix that \`${step.name}\` needs.${didYouMean(suggest(named, needed) ?? only)}`,
    );
  if (named === undefined && others.length > 0)
    return problem('ambiguous-pick', `Say which one to pick from: \`step:\` ${listed(needed)}.`);
  const metric = textOf(child(entry.value, 'metric')) ?? textOf(entry.value) ?? '';
  const said = textOf(child(entry.value, 'best'));
  const best = said === 'highest' || said === 'lowest' ? said : usualDirection(metric);
  if (best === undefined)
    return problem(
      'ambiguous-pick',
      `Nobody knows whether a high or a low \`${metric}\` is better: write \`{metric: ${metric}, best: highest}\` or \`best: lowest\`.`,
    );
  return { rule: { metric, best, step: named ?? only } };
}
