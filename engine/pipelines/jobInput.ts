import path from 'node:path';
import type { DatasetSource } from '../protocol/jobs';
import type { EvaluateOptions } from '../protocol/steps';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';

/** The config's datasets with absolute paths, as a child process needs them. */
export function datasetSources(work: {
  readonly workspace: string;
  readonly loaded: { readonly config: WorkspaceConfig };
}): readonly DatasetSource[] {
  return Object.entries(work.loaded.config.datasets).map(([name, dataset]) => ({
    name,
    path: path.resolve(work.workspace, dataset.path),
    root: work.workspace,
    file: dataset.path,
    format: dataset.format,
    missing: dataset.missing,
    expect: dataset.expect,
    ...(dataset.checks !== undefined && { checks: dataset.checks }),
    ...(dataset.roles !== undefined && { roles: dataset.roles }),
    ...(dataset.delimiter !== undefined && { delimiter: dataset.delimiter }),
  }));
}

/** `evaluate` also looks at every slice that some gate will ask for. */
export function withGateSlices(options: EvaluateOptions, config: WorkspaceConfig): EvaluateOptions {
  const asked = gateSlices(config).map(({ slice }) => slice);
  return { ...options, slices: [...new Set([...options.slices.map(normal), ...asked])] };
}

/** The gate's key that asks for a slice which the step itself does not name. */
export function gateSliceKey(slice: string, options: EvaluateOptions, config: WorkspaceConfig): string | undefined {
  if (options.slices.map(normal).includes(slice)) return undefined;
  return gateSlices(config).find(asked => asked.slice === slice)?.key;
}

function gateSlices({ models }: WorkspaceConfig): readonly { readonly slice: string; readonly key: string }[] {
  return Object.entries(models).flatMap(([model, { gates }]) =>
    Object.entries(gates).flatMap(([stage, rules]) =>
      rules.flatMap((rule, i) => {
        const slice = 'slice' in rule ? rule.slice : undefined;
        return slice === undefined ? [] : [{ slice: normal(slice), key: `models.${model}.gates.${stage}.${i}.slice` }];
      }),
    ),
  );
}

const normal = (slice: string): string => slice.replace(/\s+/g, ' ').trim();
