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
    file: dataset.path,
    format: dataset.format,
    missing: dataset.missing,
    expect: dataset.expect,
    ...(dataset.delimiter !== undefined && { delimiter: dataset.delimiter }),
  }));
}

/** `evaluate` also looks at every slice that some gate will ask for. */
export function withGateSlices(options: EvaluateOptions, config: WorkspaceConfig): EvaluateOptions {
  const rules = Object.values(config.models).flatMap(model => Object.values(model.gates).flat());
  const asked = rules.flatMap(rule => (rule.slice === undefined ? [] : [rule.slice]));
  const normal = (slice: string): string => slice.replace(/\s+/g, ' ').trim();
  return { ...options, slices: [...new Set([...options.slices, ...asked].map(normal))] };
}
