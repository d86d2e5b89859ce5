import type { SourceArtifact } from './source';

interface ModelFiles {
  readonly id: string;
  readonly name: string;
  readonly artifacts: readonly SourceArtifact[];
}

/** Files of logged models as artifacts of their run: below the model's name or, where that is taken, its id. */
export function modelArtifacts(models: readonly ModelFiles[], taken: readonly SourceArtifact[]): SourceArtifact[] {
  const used = new Set(taken.map(({ path }) => path.split('/')[0]));
  return models.flatMap(({ id, name, artifacts }) => {
    const isFree = /^[^/\\]+$/.test(name) && name !== '.' && name !== '..' && !used.has(name);
    const folder = isFree ? name : id;
    used.add(folder);
    return artifacts.map(artifact => ({ ...artifact, path: `${folder}/${artifact.path}` }));
  });
}
