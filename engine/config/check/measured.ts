import type { NamedPipeline, Names } from '../named';
import { didYouMean, suggest } from '../suggest';
import type { Problem } from '../yaml/problem';
import { child, textOf, type TreeNode } from '../yaml/tree';

/** What is known of runs that the text names. */
export interface Measured {
  /** Names of experiments. */
  experiments(): readonly string[];
  /** Names of the metrics that runs of the experiment have logged. */
  metrics(experiment: string): readonly string[];
  /** Why a filter of runs cannot be read. */
  filterProblem(filter: string): string | undefined;
}

/**
 * Metrics and experiments of triggers that nobody has logged and that look like others, and filters that cannot be read. What has not
 * been logged yet may still be, so that it is a warning.
 * @param name of the workspace, and of the experiment of its pipelines
 */
export function measuredProblems(names: Names, name: string, measured: Measured): readonly Problem[] {
  return [...names.pipelines.values()].flatMap(pipeline => {
    const metric = child(child(pipeline.node, 'on'), 'metric');
    return metric ? ofTrigger(pipeline, metric, { name, measured }) : [];
  });
}

function ofTrigger(
  pipeline: NamedPipeline,
  metric: TreeNode,
  { name, measured }: { readonly name: string; readonly measured: Measured },
): readonly Problem[] {
  const place = `pipelines.${pipeline.name}.on.metric`;
  const problems: Problem[] = [];
  const [runs, experiment, key] = ['runs', 'experiment', 'key'].map(word => child(metric, word));
  const problem = runs && measured.filterProblem(textOf(runs) ?? '');
  if (runs && problem !== undefined)
    problems.push({ ...spanOf(runs), code: 'bad-condition', message: problem, key: `${place}.runs` });
  const wanted = textOf(experiment) ?? name;
  const experiments = measured.experiments();
  if (experiment && !experiments.includes(wanted)) {
    const suggestion = suggest(wanted, experiments);
    problems.push({
      ...spanOf(experiment),
      ...{ code: 'unknown-experiment', severity: 'warning', key: `${place}.experiment` },
      message: `There is no experiment \`${wanted}\` yet.${didYouMean(suggestion)}`,
      ...(suggestion !== undefined && { suggestion }),
    });
  }
  const logged = measured.metrics(wanted);
  const word = textOf(key) ?? '';
  const suggestion = logged.includes(word) ? undefined : suggest(word, logged);
  if (key && suggestion !== undefined)
    problems.push({
      ...spanOf(key),
      ...{ code: 'unknown-metric', severity: 'warning', key: `${place}.key`, suggestion },
      message: `No run of \`${wanted}\` has logged \`${word}\` yet.${didYouMean(suggestion)}`,
    });
  return problems;
}

const spanOf = ({ start, end }: TreeNode): Pick<Problem, 'start' | 'end'> => ({ start, end });
