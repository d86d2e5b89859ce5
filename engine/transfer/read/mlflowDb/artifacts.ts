import path from 'node:path';
import type { FoundArtifacts } from '../artifactFolder';
import { findArtifacts, localPath } from '../artifactFolder';
import { ARTIFACT_FOLDERS, mlflowArtifacts } from '../artifactGuesses';
import { Confines, isOwnFolder } from '../confines';

/**
 * Finds artifacts of a database: below `mlartifacts` and `mlruns` beside it and below the folders that the person named.
 * Elsewhere beside the database only a folder that has the run's id in its path counts: a database that lies in a home
 * folder must not reach what else is there.
 */
export class DbArtifacts {
  private readonly folder: string;
  private readonly confines: Confines;
  private readonly roots: readonly string[];

  constructor(file: string, named: readonly string[]) {
    this.folder = path.dirname(file);
    const beside = ARTIFACT_FOLDERS.map(name => path.join(this.folder, name)).filter(isOwnFolder);
    this.confines = new Confines([...beside, ...named]);
    // the end of a path may name such a folder itself
    this.roots = [...this.confines.roots, this.folder];
  }

  find(uri: string, owner: { readonly id: string; readonly tail: readonly string[] }): FoundArtifacts {
    const guesses = mlflowArtifacts({ uri, tail: owner.tail, roots: this.roots });
    const found = findArtifacts({ uri, guesses }, this.confines);
    if (found.folder !== undefined) return found;
    const own = this.ownFolder([localPath(uri), ...guesses], owner.id);
    return own === undefined ? found : findArtifacts({ uri: own, guesses: [] }, new Confines([own]));
  }

  private ownFolder(candidates: readonly (string | undefined)[], id: string): string | undefined {
    const beside = new Confines([this.folder]);
    return candidates
      .map(candidate => (candidate === undefined ? undefined : beside.inside(candidate)))
      .find(real => real !== undefined && path.relative(this.folder, real).split(path.sep).includes(id));
  }
}
