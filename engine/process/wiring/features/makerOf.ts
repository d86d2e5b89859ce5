import { ModelyardError } from '../../../errors';
import { filesMade } from '../../../pipelines/outputs/madeFiles';
import type { WorkspaceConfig } from '../../../protocol/workspaceConfig';

/** Which step makes the file of a dataset, or files of its folder; undefined: none says so. */
function makerOf(
  path: string,
  config: Pick<WorkspaceConfig, 'datasets' | 'pipelines'>,
): { readonly pipeline: string; readonly step: string } | undefined {
  const isIn = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);
  for (const [pipeline, { steps }] of Object.entries(config.pipelines))
    for (const [step, one] of Object.entries(steps))
      if (filesMade(one, config).some(made => isIn(path, made) || isIn(made, path))) return { pipeline, step };
  return undefined;
}

/** Of a dataset that is not there yet: which pipeline makes it. */
export function withMaker(
  error: unknown,
  dataset: string,
  config: Pick<WorkspaceConfig, 'datasets' | 'pipelines'>,
): unknown {
  if (!(error instanceof ModelyardError) || error.code !== 'data.missing') return error;
  const path = config.datasets[dataset]?.path;
  const maker = path === undefined ? undefined : makerOf(path, config);
  if (!maker) return error;
  return ModelyardError.fromWire({
    ...error.toWire(),
    message: `${error.message} Step \`${maker.step}\` of pipeline \`${maker.pipeline}\` makes it.`,
    fix: `Run \`modelyard run ${maker.pipeline}\` first.`,
  });
}
