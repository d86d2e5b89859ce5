import type { Names } from '../named';
import type { Problem } from '../yaml/problem';
import { expressionProblems } from './features/expressionProblems';
import { stepProblems } from './features/stepProblems';
import { ambiguousNames, clashes, usedProblems } from './features/usedProblems';
import { viewProblems } from './features/viewProblems';

/** What can be told of feature views and services without their data. */
export function featureProblems(names: Names): readonly Problem[] {
  const problems: Problem[] = [];
  for (const view of names.views.values()) {
    problems.push(...viewProblems(view, names));
    problems.push(...usedProblems(view.uses, { names, view, key: `features.${view.name}.uses` }));
    problems.push(...ambiguousNames(view, names));
    problems.push(...expressionProblems(view));
  }
  for (const service of names.services.values()) {
    problems.push(...usedProblems(service.features, { names, key: `feature_services.${service.name}.features` }));
    problems.push(...clashes(service, names));
  }
  for (const pipeline of names.pipelines.values()) problems.push(...stepProblems(pipeline, names));
  return problems;
}
