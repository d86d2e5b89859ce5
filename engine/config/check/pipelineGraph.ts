import { flowOf, makerOf, takenBy, type Cycle, type Flow } from '../flow';
import type { NamedPipeline, NamedStep, Names } from '../named';
import { datasetOf } from '../names';
import { listed } from '../suggest';
import type { Problem } from '../yaml/problem';
import { child, entryOf, textOf } from '../yaml/tree';

/** Cycles, steps whose input nothing makes, and steps that do not know their dataset. */
export function graphProblems(names: Names): readonly Problem[] {
  return [...names.pipelines.values()].flatMap(pipeline => {
    const flow = flowOf(pipeline);
    if (flow.cycles.length > 0) return flow.cycles.map(cycle => cycleProblem(pipeline, cycle));
    return [...pipeline.steps.values()].flatMap(step => [...inputProblems({ names, pipeline, flow }, step)]);
  });
}

/** At the `needs` that closes the cycle. */
function cycleProblem(pipeline: NamedPipeline, { round, step, need }: Cycle): Problem {
  const shown = round.length > 12 ? [...round.slice(0, 6), '...', ...round.slice(-5)] : round;
  const message =
    round.length === 2
      ? `\`${step.name}\` needs itself. Remove it from \`needs\`.`
      : `These steps wait for each other: ${shown.join(' → ')}. Remove one of these \`needs\`.`;
  const key = `pipelines.${pipeline.name}.steps.${step.name}.needs`;
  return { start: need.start, end: need.end, code: 'cycle', message, key };
}

interface Surroundings {
  readonly names: Names;
  readonly pipeline: NamedPipeline;
  readonly flow: Flow;
}

function* inputProblems(around: Surroundings, step: NamedStep): Generator<Problem> {
  const { names, pipeline, flow } = around;
  const takes = takenBy(step.uses);
  const span = entryOf(step.node, 'uses')?.value ?? step.keySpan;
  const base = { start: span.start, end: span.end, key: `pipelines.${pipeline.name}.steps.${step.name}.uses` };
  if (takes !== undefined && !flow.available.get(step.name)?.has(takes)) {
    yield { ...base, code: 'missing-input', message: missingInput(around, step, takes) };
  }
  if (isTuned(step) && !flow.available.get(step.name)?.has('tuning')) {
    const message = `\`${step.name}\` does not say what it trains, and no step before it tunes anything: add \`with: {learner: ...}\`, or add a step with \`uses: tune\` and name it in \`needs\`.`;
    yield { ...base, code: 'missing-input', message };
  }
  if (judgesParts(step) && !flow.available.get(step.name)?.has('split')) {
    const at = entryOf(step.options, 'train_test')?.value ?? span;
    const message = `\`train_test\` judges the parts of a split, and no step before \`${step.name}\` makes one: add a step with \`uses: split\` and name it in \`needs\`.`;
    const key = `pipelines.${pipeline.name}.steps.${step.name}.with.train_test`;
    yield { start: at.start, end: at.end, key, code: 'missing-input', message };
  }
  if (isHeldOut(step) && !flow.available.get(step.name)?.has('cross-validation')) {
    const at = entryOf(step.options, 'threshold')?.value ?? span;
    const message = `\`threshold: held-out\` is that of a cross-validation, and no step before \`${step.name}\` makes one: add a step with \`uses: cross-validate\` and name it in \`needs\`.`;
    const key = `pipelines.${pipeline.name}.steps.${step.name}.with.threshold`;
    yield { start: at.start, end: at.end, key, code: 'missing-input', message };
  }
  if (step.uses === 'split' && datasetOf(names, pipeline, step) === undefined) {
    const all = [...names.datasets.keys()];
    const which =
      all.length === 0 ? 'declare one under `datasets:`' : `add \`dataset:\` (${listed(all)}) under \`with\``;
    yield {
      ...base,
      code: 'missing-input',
      message: `\`${step.name}\` does not know which dataset to split: ${which}.`,
    };
  }
}

function judgesParts({ uses, options }: NamedStep): boolean {
  const node = child(options, 'train_test');
  return uses === 'validate' && node?.kind === 'scalar' && node.value === true;
}

const isHeldOut = ({ uses, options }: NamedStep): boolean =>
  uses === 'evaluate' && textOf(child(options, 'threshold')) === 'held-out';

/** Whether it trains what a step before has found best. */
const isTuned = ({ uses, options }: NamedStep): boolean =>
  uses === 'train' && (options === undefined || textOf(child(options, 'learner')) === 'tuned');

function missingInput({ pipeline, flow }: Surroundings, step: NamedStep, takes: string): string {
  const maker = makerOf(takes);
  const place = flow.order.get(step.name) ?? 0;
  const ready: string[] = [];
  for (const one of pipeline.steps.values()) {
    // What comes before in the order does not wait for this step.
    if (one.uses === maker && (flow.order.get(one.name) ?? Infinity) < place) ready.push(`needs: ${one.name}`);
    if (ready.length === 5) break;
  }
  const way =
    ready.length > 0
      ? `add ${listed(ready)} to \`${step.name}\``
      : `add a step with \`uses: ${maker}\` and name it in \`needs\``;
  const article = /^[aeiou]/.test(takes) ? 'an' : 'a';
  return `\`${step.uses}\` needs ${article} ${takes}, and no step before \`${step.name}\` makes one: ${way}.`;
}
