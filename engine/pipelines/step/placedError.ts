import type { Place, WireError } from '../../protocol/errors';
import type { LoadedConfig } from '../ports';

/** How steps call the config in their errors; only the engine knows its name. */
export const configName = 'modelyard.yaml';
const sections = new Set(['datasets', 'entities', 'features', 'feature_services', 'pipelines', 'models']);

/**
 * An error of a step with its lines in the config. Steps name keys of their own (`with.label`) or whole ones
 * (`datasets.people.path`); without a key the step itself is meant. An error in a data file keeps that place and gets
 * the config's besides.
 * @param step `pipelines.train.steps.split`
 */
export function placedError(error: WireError, step: string, loaded: Pick<LoadedConfig, 'file' | 'locate'>): WireError {
  const { place, config } = error;
  if (place && place.file !== configName)
    return { ...error, config: placeOf(config?.key ?? datasetKey(error), step, loaded) };
  return { ...error, place: placeOf(place?.key, step, loaded) };
}

function placeOf(
  key: string | undefined,
  step: string,
  { file, locate }: Pick<LoadedConfig, 'file' | 'locate'>,
): Place {
  const whole = key === undefined ? step : sections.has(key.split('.', 1)[0] ?? '') ? key : `${step}.${key}`;
  const range = locate(whole);
  return {
    file,
    key: whole,
    ...(range && {
      line: range.startLine,
      column: range.startColumn,
      endLine: range.endLine,
      endColumn: range.endColumn,
    }),
  };
}

/** The rule that failed, or else the path of the dataset that is wrong. */
function datasetKey({ data }: WireError): string | undefined {
  const [dataset, rule] = [data?.['dataset'], data?.['expect']];
  if (typeof dataset !== 'string') return undefined;
  return typeof rule === 'number' ? `datasets.${dataset}.expect.${rule}` : `datasets.${dataset}.path`;
}
