import { ModelyardError } from '../../errors';
import { ClusterForbids, ClusterRefuses, ClusterSilent } from './kubeClient';

export interface BearingOptions {
  readonly server: string;
  /** ms that a cluster which does not answer, or lets nobody in, is waited for. */
  readonly patience: number;
  /** `The workflow x`, which goes on by itself. */
  readonly what: string;
  /** What can be done later. */
  readonly fix: string;
  /** ms; default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

/**
 * A cluster that is silent for a moment is borne, one that wants a new login, and one that forbids what it has allowed before,
 * as after its start; each for a while.
 */
export class Bearing {
  private readonly now: () => number;
  private answered: number;
  private hasAnswered = false;

  constructor(private readonly options: BearingOptions) {
    this.now = options.now ?? Date.now;
    this.answered = this.now();
  }

  /** @throws ModelyardError `remote.unreachable`, `remote.refused` when it has lasted too long; whatever else went wrong */
  async bear<T>(ask: () => Promise<T>): Promise<T | 'silent'> {
    try {
      const answer = await ask();
      this.answered = this.now();
      this.hasAnswered = true;
      return answer;
    } catch (error) {
      const isForbidden = error instanceof ClusterForbids && this.hasAnswered;
      if (!(error instanceof ClusterSilent) && !(error instanceof ClusterRefuses) && !isForbidden) throw error;
      const { server, patience, what, fix } = this.options;
      if (this.now() - this.answered < patience) return 'silent';
      const seconds = Math.round(patience / 1000);
      if (error instanceof ClusterRefuses)
        throw new ModelyardError(
          'remote.refused',
          `The cluster at ${server} has let nobody in for ${seconds} s: the login of the kubeconfig is not valid any more (${error.why}). ${what} goes on there by itself.`,
          { fix: `Log in anew. ${fix}`, cause: error },
        );
      if (isForbidden)
        throw new ModelyardError(
          'remote.refused',
          `The cluster at ${server} has forbidden for ${seconds} s what it allowed before (${error.why}). ${what} goes on there by itself.`,
          { fix, cause: error },
        );
      throw new ModelyardError(
        'remote.unreachable',
        `The cluster at ${server} has not answered for ${seconds} s (${error.why}). ${what} goes on there by itself.`,
        { fix, cause: error },
      );
    }
  }
}
