import { MlflowError } from './failures';

/** MLflow has these stages, Modelyard those of the model; the first one is where versions begin. */
const CANONICAL = new Map([
  ['none', 'None'],
  ['staging', 'Staging'],
  ['production', 'Production'],
  ['archived', 'Archived'],
]);
const ARCHIVED = 'archived';

/** A stage as clients know it: their own four names, others as modelyard.yaml has them. */
export function shownStage(stage: string, stages: readonly string[]): string {
  if (stage === stages[0]) return 'None';
  const name = stage.toLowerCase();
  return (name === 'none' ? undefined : CANONICAL.get(name)) ?? stage;
}

/** The stage that a client means, in any case; undefined: one of MLflow's that the model does not have. */
export function stageOf(text: string, stages: readonly string[]): string | undefined {
  const name = text.toLowerCase();
  if (name === 'none') return stages[0];
  if (name === ARCHIVED) return ARCHIVED;
  const found = stages.find(stage => stage === text) ?? stages.find(stage => stage.toLowerCase() === name);
  if (found === undefined && !CANONICAL.has(name)) throw noStage(text, stages);
  return found;
}

/** @throws MlflowError when the model has no such stage */
export function targetStage(text: string, stages: readonly string[]): string {
  const stage = stageOf(text, stages);
  if (stage === undefined) throw noStage(text, stages);
  return stage;
}

/** Room is made only in a stage that a version is moved to because it is wanted there. */
export function checkMakesRoom(stage: string, stages: readonly string[]): void {
  if (stage !== ARCHIVED && stage !== stages[0]) return;
  const active = stages.slice(1).map(one => `'${shownStage(one, stages)}'`);
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    'Model version transition cannot archive existing model versions because ' +
      `'${shownStage(stage, stages)}' is not an Active stage. Valid stages are [${active.join(', ')}]`,
  );
}

const noStage = (text: string, stages: readonly string[]): MlflowError =>
  new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Invalid Model Version stage: ${text}. Value must be one of ` +
      `${[...stages, ARCHIVED].map(stage => shownStage(stage, stages)).join(', ')}.`,
  );
