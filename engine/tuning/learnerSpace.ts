import type { LearnerName } from '../protocol/steps/learners';
import type { SpaceEntry, TuneOptions } from '../protocol/steps/search';
import type { Parameter, Params, ParamValue } from '../protocol/tuning';

/** What is searched for the learners of a step. */
export interface LearnerSpace {
  /** `learner`, then `LEARNER.OPTION`, each only where its learner is chosen. */
  readonly parameters: readonly Parameter[];
  /** Options that are not searched, by the same names. */
  readonly fixed: Params;
}

const number = (
  kind: 'float' | 'int',
  [low, high]: readonly [number, number],
  scale: 'linear' | 'log' = 'linear',
): SpaceEntry => ({ kind, low, high, log: scale === 'log', when: {} });
const choice = (choices: readonly ParamValue[]): SpaceEntry => ({ kind: 'choice', choices, when: {} });

/**
 * What is searched where modelyard.yaml does not say: the options that matter most, within the bounds in which good
 * models of small and middling tables are found (Probst, Boulesteix and Bischl 2019; van Rijn and Hutter 2018).
 */
const usual: Readonly<Record<LearnerName, Readonly<Record<string, SpaceEntry>>>> = {
  logistic: { C: number('float', [1e-3, 1e3], 'log') },
  'boosted-trees': {
    learning_rate: number('float', [0.01, 0.3], 'log'),
    leaves: number('int', [3, 64], 'log'),
    min_rows: number('int', [5, 100], 'log'),
    l2: number('float', [1e-3, 10], 'log'),
    row_sample: number('float', [0.5, 1]),
    column_sample: number('float', [0.4, 1]),
  },
  forest: {
    min_rows: number('int', [1, 30], 'log'),
    columns: number('float', [0.05, 1]),
  },
  'neural-network': {
    hidden: choice([[8], [16], [32], [64], [16, 8], [32, 16], [64, 32]]),
    learning_rate: number('float', [1e-4, 1e-2], 'log'),
    l2: number('float', [1e-5, 0.1], 'log'),
    dropout: number('float', [0, 0.5]),
    batch_size: choice([32, 64, 128]),
  },
};

export function learnerSpace({ learner, space }: Pick<TuneOptions, 'learner' | 'space'>): LearnerSpace {
  const parameters: Parameter[] = [{ kind: 'choice', name: 'learner', choices: learner, when: [] }];
  const fixed: Record<string, ParamValue> = {};
  for (const name of learner)
    for (const [option, entry] of Object.entries(space[name] ?? usual[name])) {
      const full = `${name}.${option}`;
      if (isSearched(entry)) parameters.push(parameterOf(full, entry, name));
      else fixed[full] = entry;
    }
  // a condition on an option that is fixed holds or does not; it is settled here
  return { parameters: parameters.flatMap(one => settled(one, fixed)), fixed };
}

type Searched = Exclude<SpaceEntry, ParamValue>;
const isSearched = (entry: SpaceEntry): entry is Searched => typeof entry === 'object' && 'kind' in entry;

function parameterOf(name: string, entry: Searched, learner: LearnerName): Parameter {
  const when = [
    { parameter: 'learner', values: [learner] },
    ...Object.entries(entry.when).map(([option, values]) => ({ parameter: `${learner}.${option}`, values })),
  ];
  if (entry.kind === 'choice') return { kind: 'choice', name, choices: entry.choices, when };
  const { low, high, log, step } = entry;
  if (entry.kind === 'int') return { kind: 'int', name, low, high, log, step: step ?? 1, when };
  return { kind: 'float', name, low, high, log, ...(step !== undefined && { step }), when };
}

function settled(parameter: Parameter, fixed: Params): readonly Parameter[] {
  const holds = parameter.when.every(({ parameter: name, values }) => {
    const value = fixed[name];
    return value === undefined || values.some(one => JSON.stringify(one) === JSON.stringify(value));
  });
  return holds ? [{ ...parameter, when: parameter.when.filter(({ parameter: name }) => !(name in fixed)) }] : [];
}

/** `with:` of a train step that makes the model of these parameters: not yet checked, without defaults. */
export function optionsOf(params: Params, fixed: Params): Readonly<Record<string, ParamValue>> {
  const learner = String(params['learner']);
  const own = Object.entries({ ...fixed, ...params }).filter(([name]) => name.startsWith(`${learner}.`));
  return { learner, ...Object.fromEntries(own.map(([name, value]) => [name.slice(learner.length + 1), value])) };
}

/** The parameters of a `with:` of a train step. */
export function paramsOf(options: Readonly<Record<string, ParamValue>>): Params {
  const { learner, ...own } = options;
  const entries = Object.entries(own).map(([name, value]): [string, ParamValue] => [
    `${String(learner)}.${name}`,
    value,
  ]);
  return { ...(learner !== undefined && { learner }), ...Object.fromEntries(entries) };
}

/** A param that a run has logged as a parameter's value; undefined when it can be none. */
export function readValue(parameter: Parameter, text: string): ParamValue | undefined {
  if (parameter.kind === 'choice')
    return parameter.choices.find(choice => (typeof choice === 'object' ? choice.join(', ') : String(choice)) === text);
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const isInside = value >= parameter.low && value <= parameter.high;
  return isInside && (parameter.kind === 'float' || Number.isInteger(value)) ? value : undefined;
}
