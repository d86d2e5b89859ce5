import type { SourceArtifact } from './source';

interface ModelFiles {
  readonly id: string;
  readonly name: string;
  readonly artifacts: readonly SourceArtifact[];
}

/** Files of logged models as artifacts of their run, and the folder of each model by its id. */
export interface ModelArtifacts {
  readonly artifacts: readonly SourceArtifact[];
  readonly folders: ReadonlyMap<string, string>;
}

/** The folder is the model's name or, where that is taken, its id. */
export function modelArtifacts(models: readonly ModelFiles[], taken: readonly SourceArtifact[]): ModelArtifacts {
  const used = new Set(taken.map(({ path }) => path.split('/')[0]));
  const folders = new Map<string, string>();
  const artifacts = models.flatMap(({ id, name, artifacts: files }) => {
    const isFree = /^[^/\\]+$/.test(name) && name !== '.' && name !== '..' && !used.has(name);
    const folder = isFree ? name : id;
    used.add(folder);
    folders.set(id, folder);
    return files.map(artifact => ({ ...artifact, path: `${folder}/${artifact.path}` }));
  });
  return { artifacts, folders };
}
