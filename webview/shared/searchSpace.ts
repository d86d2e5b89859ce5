import type { Parameter, ParamValue, Study } from '../../engine/protocol/tuning';

/** Why a text is no value of a parameter. */
export type ValueProblem =
  | { readonly kind: 'number' | 'whole' }
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

export type ReadValue = { readonly value: ParamValue } | { readonly problem: ValueProblem };

/** What a person reads and writes: `0.1`, `none`, `64, 32`. */
export const paramText = (value: ParamValue): string => (typeof value === 'object' ? value.join(', ') : String(value));

/** What a text is as a value of the parameter, within its bounds. A number need not lie on a step. */
export function readValue(parameter: Parameter, text: string): ReadValue {
  const written = text.trim();
  if (parameter.kind === 'choice') {
    const plain = (value: string): string => value.replaceAll(/[[\]\s]/g, '');
    const value = parameter.choices.find(choice => plain(paramText(choice)) === plain(written));
    return value === undefined ? { problem: { kind: 'choice', choices: parameter.choices.map(paramText) } } : { value };
  }
  const value = written === '' ? Number.NaN : Number(written);
  if (!Number.isFinite(value)) return { problem: { kind: 'number' } };
  if (parameter.kind === 'int' && !Number.isInteger(value)) return { problem: { kind: 'whole' } };
  const { low, high } = parameter;
  return value < low || value > high ? { problem: { kind: 'range', low, high } } : { value };
}

/** The learners that a study chooses from; empty for a space without any. */
export function learnersOf({ space }: Pick<Study, 'space'>): readonly string[] {
  const learner = space.find(({ name }) => name === 'learner');
  return learner?.kind === 'choice' ? learner.choices.map(paramText) : [];
}

/** Parameters that a trial of the learner may have, whatever else its values are. */
export const parametersOf = ({ space }: Pick<Study, 'space'>, learner: string): readonly Parameter[] =>
  space.filter(
    ({ name, when }) =>
      name !== 'learner' &&
      when.every(({ parameter, values }) => parameter !== 'learner' || values.some(value => value === learner)),
  );

/** As the engine is told it: without the learner that stands before it. */
export const optionName = ({ name }: Pick<Parameter, 'name'>): string => name.replace(/^[^.]*\./, '');
