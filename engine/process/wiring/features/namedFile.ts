import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { dataset } from '../../../config/grammar/datasets';
import { fileStamp } from '../../../dataFiles';
import { ModelyardError } from '../../../errors';
import type { NamedFile } from '../../../features/offline/viewSources';
import { isInside, leadsOut } from '../../../paths';
import type { DatasetSource } from '../../../protocol/jobs';

/** What names in calls are looked for in. */
export interface NamedFiles {
  readonly workspace: string;
  /** The datasets of modelyard.yaml. */
  readonly sources: readonly DatasetSource[];
}

/**
 * A dataset by its name or path, or a file that modelyard.yaml says nothing of; it need not be there.
 * @throws ModelyardError `not-found`; `params.invalid` when it is not in the workspace
 */
export function namedFile(name: string, { workspace, sources }: NamedFiles): NamedFile {
  const file = path.resolve(workspace, name);
  const declared = sources.find(one => one.name === name) ?? sources.find(one => one.path === file);
  if (declared) return { source: declared, dataset: declared.name };
  if (!isInside(workspace, file)) throw outside(name);
  const shown = shownPath(workspace, file);
  const parsed = v.safeParse(dataset, { path: shown });
  if (!parsed.success)
    throw new ModelyardError(
      'not-found',
      `${name} is neither a dataset of modelyard.yaml nor the name of a data file.`,
      {
        fix: 'Name a dataset, or a file that ends with .csv, .jsonl or .parquet.',
      },
    );
  const { format, missing } = parsed.output;
  return { source: { name: shown, path: file, root: workspace, file: shown, format, missing, expect: [] } };
}

/** Makes the folder of a file that is to be written. @throws ModelyardError `conflict`, `params.invalid` */
export async function makeRoom(workspace: string, file: string, { force }: { readonly force: boolean }): Promise<void> {
  const shown = shownPath(workspace, file);
  if (!isInside(workspace, file) || (await leadsOut(workspace, file)) !== undefined) throw outside(shown);
  if (shown.startsWith('.modelyard/'))
    throw new ModelyardError('params.invalid', `${shown} is in the folder that Modelyard keeps for itself.`, {
      fix: 'Write to another folder.',
    });
  if (!force && (await fileStamp(file)))
    throw new ModelyardError('conflict', `${shown} is there already.`, {
      fix: 'Name another file, or say that it may be replaced (`--force`).',
      place: { file: shown },
    });
  await mkdir(path.dirname(file), { recursive: true });
}

const shownPath = (workspace: string, file: string): string => path.relative(workspace, file).split(path.sep).join('/');

const outside = (name: string): ModelyardError =>
  new ModelyardError('params.invalid', `${name} is not in the workspace folder.`, {
    fix: 'Name a file within it.',
  });
