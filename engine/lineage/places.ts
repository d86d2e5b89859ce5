import type { Place } from '../protocol/errors';
import type { LineagePlace, LineageThing } from '../protocol/lineage';
import { fileKey } from './files';
import type { LineageConfig, LineagePorts } from './ports';

export interface PlaceOptions extends Pick<LineagePorts, 'workspace' | 'exists'> {
  readonly config: LineageConfig | undefined;
}

/** Where in the workspace there is more about a thing: its key in modelyard.yaml, its file, the program that made it. */
export function placesOf(thing: LineageThing, options: PlaceOptions): readonly LineagePlace[] {
  const { config } = options;
  switch (thing.kind) {
    case 'file':
      return fileAt('file', thing.path, options);
    case 'dataset':
    case 'data': {
      const file = config?.config.datasets[thing.dataset]?.path;
      const own = has(config?.config.datasets, thing.dataset) ? keyAt(config, `datasets.${thing.dataset}`) : [];
      return [...own, ...(file === undefined ? [] : fileAt('file', file, options))];
    }
    case 'run': {
      const { pipeline, source } = thing;
      const own =
        pipeline !== undefined && has(config?.config.pipelines, pipeline) ? keyAt(config, `pipelines.${pipeline}`) : [];
      const isProgram = source !== undefined && (pipeline === undefined || /\.(py|ipynb|R)$/.test(source));
      return [...own, ...(isProgram ? fileAt('code', fileKey(options.workspace, source), options) : [])];
    }
    case 'view':
      return has(config?.config.features, thing.view) ? keyAt(config, `features.${thing.view}`) : [];
    case 'service': {
      const { service } = thing;
      return has(config?.config.feature_services, service) ? keyAt(config, `feature_services.${service}`) : [];
    }
    case 'trigger':
      return has(config?.config.pipelines, thing.pipeline) ? keyAt(config, `pipelines.${thing.pipeline}.on`) : [];
    case 'study':
    case 'step': {
      const step = writtenStep(thing.step);
      return has(config?.config.pipelines, thing.pipeline)
        ? keyAt(config, `pipelines.${thing.pipeline}.steps.${step}`)
        : [];
    }
    case 'version':
    case 'endpoint':
      return has(config?.config.models, thing.model) ? keyAt(config, `models.${thing.model}`) : [];
    case 'output':
    case 'logged-model':
      return [];
  }
}

const has = (group: Readonly<Record<string, unknown>> | undefined, name: string): boolean =>
  group !== undefined && Object.hasOwn(group, name);

const keyAt = (config: LineageConfig | undefined, key: string): readonly LineagePlace[] => {
  const place = placeOfKey(config, key);
  return place ? [{ what: 'config', place }] : [];
};

export function placeOfKey(config: LineageConfig | undefined, key: string): Place | undefined {
  const range = config?.locate(key);
  return config && range && { file: config.file, line: range.startLine, column: range.startColumn, key };
}

const fileAt = (what: 'file' | 'code', file: string, { exists }: PlaceOptions): readonly LineagePlace[] =>
  exists(file) ? [{ what, place: { file } }] : [];

/** Instances of a matrix stand in the file as one step. */
export const writtenStep = (step: string): string => /^(.+?) \(.+\)$/.exec(step)?.[1] ?? step;
