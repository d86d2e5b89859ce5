import { ancestors, datasetOf, type NamedPipeline, type NamedStep, type Names } from '../names';
import { listed } from '../suggest';
import type { Problem } from '../yaml/problem';
import { entryOf } from '../yaml/tree';

/** What a step takes from the steps before it, what it makes, and which built-in step makes that. */
const flow: Readonly<Record<string, { readonly takes?: string; readonly makes: string }>> = {
  validate: { makes: 'dataset' },
  split: { makes: 'split' },
  prepare: { takes: 'split', makes: 'preparation' },
  train: { takes: 'preparation', makes: 'model' },
  evaluate: { takes: 'model', makes: 'evaluation' },
  gate: { takes: 'evaluation', makes: 'gate report' },
  register: { takes: 'model', makes: 'model version' },
};

const makerOf = (kind: string): string => Object.entries(flow).find(([, { makes }]) => makes === kind)?.[0] ?? '';

/** Cycles, steps whose input nothing makes, and steps that do not know their dataset. */
export function graphProblems(names: Names): readonly Problem[] {
  return [...names.pipelines.values()].flatMap(pipeline => {
    const cycles = cycleProblems(pipeline);
    const inputs = [...pipeline.steps.values()].flatMap(step => [...inputProblems(names, pipeline, step)]);
    return [...cycles, ...(cycles.length === 0 ? inputs : [])];
  });
}

/** One problem a cycle, at the `needs` that closes it. Iterative: a chain may be as long as the file allows. */
function cycleProblems(pipeline: NamedPipeline): readonly Problem[] {
  const problems: Problem[] = [];
  const done = new Set<string>();
  for (const start of pipeline.steps.values()) {
    const trail: { readonly step: NamedStep; next: number }[] = [{ step: start, next: 0 }];
    const onTrail = new Set([start.name]);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const need = done.has(top.step.name) ? undefined : top.step.needs[top.next++];
      const step = need && pipeline.steps.get(need.value);
      if (!need) {
        done.add(top.step.name);
        onTrail.delete(top.step.name);
        trail.pop();
      } else if (step && onTrail.has(step.name)) {
        problems.push(
          cycle(
            pipeline,
            trail.map(one => one.step),
            step,
            need,
          ),
        );
      } else if (step && !done.has(step.name)) {
        onTrail.add(step.name);
        trail.push({ step, next: 0 });
      }
    }
  }
  return problems;
}

function cycle(
  pipeline: NamedPipeline,
  trail: readonly NamedStep[],
  closing: NamedStep,
  need: NamedStep['needs'][number],
): Problem {
  const from = trail.findIndex(step => step.name === closing.name);
  const round = [...trail.slice(from).map(step => step.name), closing.name];
  const shown = round.length > 12 ? [...round.slice(0, 6), '...', ...round.slice(-5)] : round;
  const at = trail.at(-1)?.name ?? closing.name;
  const message =
    round.length === 2
      ? `\`${closing.name}\` needs itself. Remove it from \`needs\`.`
      : `These steps wait for each other: ${shown.join(' → ')}. Remove one of these \`needs\`.`;
  return {
    start: need.start,
    end: need.end,
    code: 'cycle',
    message,
    key: `pipelines.${pipeline.name}.steps.${at}.needs`,
  };
}

function* inputProblems(names: Names, pipeline: NamedPipeline, step: NamedStep): Generator<Problem> {
  const takes = Object.hasOwn(flow, step.uses) ? flow[step.uses]?.takes : undefined;
  const span = entryOf(step.node, 'uses')?.value ?? step.keySpan;
  const key = `pipelines.${pipeline.name}.steps.${step.name}`;
  const base = { start: span.start, end: span.end, key: `${key}.uses` };
  const before = ancestors(pipeline, step);
  if (takes !== undefined && !before.some(one => flow[one.uses]?.makes === takes)) {
    yield { ...base, code: 'missing-input', message: missingInput(pipeline, step, takes) };
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

function missingInput(pipeline: NamedPipeline, step: NamedStep, takes: string): string {
  const maker = makerOf(takes);
  const ready = [...pipeline.steps.values()].filter(one => one.uses === maker && one.name !== step.name);
  const safe = ready.filter(one => !ancestors(pipeline, one).includes(step));
  const way =
    safe.length > 0
      ? `add ${listed(safe.map(one => `needs: ${one.name}`))} to \`${step.name}\``
      : `add a step with \`uses: ${maker}\` and name it in \`needs\``;
  const article = /^[aeiou]/.test(takes) ? 'an' : 'a';
  return `\`${step.uses}\` needs ${article} ${takes}, and no step before \`${step.name}\` makes one: ${way}.`;
}
