import path from 'node:path';
import type { DatasetSource } from '../../protocol/jobs';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { PipelinePorts } from '../ports';

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
    ...(dataset.table !== undefined && { table: dataset.table }),
    ...(dataset.query !== undefined && { query: dataset.query }),
  }));
}

/** The same; the one that is checked with what its rules compare it with. */
export async function checkedSources(
  work: Parameters<typeof datasetSources>[0] & { readonly ports: Pick<PipelinePorts, 'references'> },
  checked: string,
  signal: AbortSignal,
): Promise<readonly DatasetSource[]> {
  const sources: DatasetSource[] = [];
  for (const source of datasetSources(work))
    sources.push(source.name === checked ? await work.ports.references(source, signal) : source);
  return sources;
}
