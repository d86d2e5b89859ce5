import { ModelyardError } from '../errors';
import type { Parameter, ParameterCondition, Params, ParamValue } from '../protocol/tuning';
import { sameValue } from './values';

/** Parameters that exist under the same conditions: they are drawn together. */
export interface Group {
  readonly when: readonly ParameterCondition[];
  readonly parameters: readonly Parameter[];
}

/** Draws values for all parameters of a group, given those drawn before. */
export type DrawGroup = (group: Group) => Params;

/** What may be searched: parameters in groups, each group after those that its conditions name. */
export class SearchSpace {
  readonly groups: readonly Group[];

  /** @throws ModelyardError `config.invalid` for a condition that names no parameter, or goes round in a circle */
  constructor(readonly parameters: readonly Parameter[]) {
    this.groups = ordered(grouped(parameters));
  }

  parameter(name: string): Parameter | undefined {
    return this.parameters.find(parameter => parameter.name === name);
  }

  /** Fills one group after the other; what is fixed stays where it exists, and is left out where it does not. */
  fill(fixed: Params, draw: DrawGroup): Params {
    const params: Record<string, ParamValue> = {};
    for (const group of this.groups) {
      if (!isActive(group, params)) continue;
      const names = group.parameters.map(({ name }) => name);
      const drawn = names.every(name => name in fixed) ? fixed : draw(group);
      for (const name of names) {
        const value = fixed[name] ?? drawn[name];
        if (value !== undefined) params[name] = value;
      }
    }
    return params;
  }

  /** Whether every parameter that exists beside these values has one. */
  isComplete(params: Params): boolean {
    const active = this.groups.filter(group => isActive(group, params)).flatMap(group => group.parameters);
    return active.every(({ name }) => name in params);
  }

  /** Whether these are parameters of this space, all there are, each within its bounds. */
  holds(params: Params): boolean {
    const active = this.groups.filter(group => isActive(group, params)).flatMap(group => group.parameters);
    return active.length === Object.keys(params).length && active.every(one => allows(one, params[one.name]));
  }
}

/** Whether a group's parameters exist beside these values. */
export const isActive = ({ when }: Pick<Group, 'when'>, params: Params): boolean =>
  when.every(({ parameter, values }) => values.some(value => sameValue(params[parameter], value)));

/** Whether the parameter may have this value. A number need not lie on a step: people enqueue what they like. */
function allows(parameter: Parameter, value: ParamValue | undefined): boolean {
  if (value === undefined) return false;
  if (parameter.kind === 'choice') return parameter.choices.some(choice => sameValue(choice, value));
  if (typeof value !== 'number' || (parameter.kind === 'int' && !Number.isInteger(value))) return false;
  return value >= parameter.low && value <= parameter.high;
}

function grouped(parameters: readonly Parameter[]): readonly Group[] {
  const groups = new Map<string, { when: readonly ParameterCondition[]; parameters: Parameter[] }>();
  for (const parameter of parameters) {
    const { when } = parameter;
    const key = JSON.stringify([...when].sort((a, b) => (a.parameter < b.parameter ? -1 : 1)));
    const group = groups.get(key);
    if (group) group.parameters.push(parameter);
    else groups.set(key, { when, parameters: [parameter] });
  }
  return [...groups.values()];
}

function ordered(groups: readonly Group[]): readonly Group[] {
  const placed: Group[] = [];
  const known = new Set<string>();
  const waiting = new Set(groups);
  while (waiting.size > 0) {
    const ready = [...waiting].filter(({ when }) => when.every(({ parameter }) => known.has(parameter)));
    if (ready.length === 0) throw unplaced([...waiting], groups);
    for (const group of ready) {
      waiting.delete(group);
      placed.push(group);
      for (const { name } of group.parameters) known.add(name);
    }
  }
  return placed;
}

function unplaced(waiting: readonly Group[], all: readonly Group[]): ModelyardError {
  const names = new Set(all.flatMap(group => group.parameters.map(({ name }) => name)));
  const asked = waiting.flatMap(({ when }) => when.map(({ parameter }) => parameter));
  const missing = asked.find(name => !names.has(name));
  const [first] = waiting.flatMap(({ parameters }) => parameters);
  return new ModelyardError(
    'config.invalid',
    missing === undefined
      ? `The conditions of the parameter ${first?.name ?? ''} go round in a circle.`
      : `A parameter depends on ${missing}, which is no parameter of the search space.`,
    { fix: 'Name a parameter that exists without it under `when:`.' },
  );
}
