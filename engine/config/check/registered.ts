import { flowOf, madeBy } from '../flow';
import type { NamedModel, NamedPipeline, NamedStep, Names } from '../named';
import type { Problem } from '../yaml/problem';
import { child, entryOf, textOf } from '../yaml/tree';

/** Versions that would be judged by the evaluation of another model, or that have gates and no evaluation to judge by. */
export function registerProblems(names: Names): readonly Problem[] {
  return [...names.pipelines.values()].flatMap(pipeline => {
    if (flowOf(pipeline).cycles.length > 0) return [];
    const registering = [...pipeline.steps.values()].filter(({ uses }) => uses === 'register');
    return registering.flatMap(step => [...ofStep({ names, pipeline }, step)]);
  });
}

interface Around {
  readonly names: Names;
  readonly pipeline: NamedPipeline;
}

function* ofStep({ names, pipeline }: Around, step: NamedStep): Generator<Problem> {
  const before = stepsBefore(pipeline, step);
  const own = before.find(makes('model'));
  if (!own) return; // said of every step that lacks its input
  const evaluation = before.find(makes('evaluation'));
  const base = `pipelines.${pipeline.name}.steps.${step.name}`;
  if (evaluation) {
    const theirs = stepsBefore(pipeline, evaluation).find(makes('model'));
    if (!theirs || theirs === own) return;
    const need = step.needs.find(({ value }) => value === evaluation.name) ?? step.keySpan;
    const key = need === step.keySpan ? base : `${base}.needs`;
    const message = `\`${step.name}\` would register the model of \`${own.name}\` with the evaluation of \`${evaluation.name}\`, which is of the model of \`${theirs.name}\`. Let it need an evaluation of \`${own.name}\`, or \`${theirs.name}\` only.`;
    yield { start: need.start, end: need.end, code: 'other-evaluation', message, key };
    return;
  }
  const model = names.models.get(textOf(child(step.options, 'model')) ?? '');
  // a command may write evaluation.json as well
  if (!model || !hasRules(model) || before.some(({ uses }) => uses === 'run')) return;
  const { start, end } = entryOf(step.node, 'uses')?.value ?? step.keySpan;
  const waiting = [...pipeline.steps.values()].filter(
    one => one.uses === 'evaluate' && stepsBefore(pipeline, one).find(makes('model')) === own,
  );
  const way =
    waiting[0] === undefined
      ? `add a step with \`uses: evaluate\` and name it in \`needs\``
      : `add \`needs: ${waiting[0].name}\` to \`${step.name}\``;
  const message = `The gates of model \`${model.name}\` are judged by an evaluation, and no step before \`${step.name}\` makes one: ${way}.`;
  yield { start, end, code: 'missing-input', message, key: `${base}.uses` };
}

const makes =
  (kind: string) =>
  ({ uses }: NamedStep): boolean =>
    madeBy(uses) === kind;

const hasRules = ({ gates }: NamedModel): boolean =>
  gates.some(({ value }) => value.kind === 'list' && value.items.length > 0);

/** All that a step needs, nearest first: as a run looks for its inputs. */
function stepsBefore(pipeline: NamedPipeline, step: NamedStep): readonly NamedStep[] {
  const found = new Set<NamedStep>();
  let level: readonly NamedStep[] = [step];
  while (level.length > 0) {
    const needed = level.flatMap(({ needs }) => needs.flatMap(({ value }) => pipeline.steps.get(value) ?? []));
    level = [...new Set(needed)].filter(one => !found.has(one));
    for (const one of level) found.add(one);
  }
  return [...found];
}
