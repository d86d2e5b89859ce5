import type { Digest, RunId } from '../../protocol/ids';
import type { Lifecycle, RunStatus } from '../../protocol/tracking';

export type Texts = Readonly<Record<string, string>>;

/** An experiment as its source has it; runs name theirs by its name. */
export interface ExperimentFacts {
  readonly name: string;
  readonly lifecycle: Lifecycle;
  /** ms since 1970 */
  readonly createdAt?: number;
  readonly updatedAt?: number;
  readonly tags: Texts;
}

/** A dataset that a run read; `detail` is JSON text, as tracking keeps it. */
export interface InputFacts {
  readonly dataset: string;
  readonly digest: string;
  readonly context: string;
  readonly detail: string;
}

export interface ArtifactFacts {
  /** Within the run, with `/`. */
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** What is known of a run besides its points and artifacts. */
export interface RunFacts {
  readonly id: RunId;
  /** Name of its experiment. */
  readonly experiment: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly user: string;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly lifecycle: Lifecycle;
  readonly params: Texts;
  readonly tags: Texts;
  readonly inputs: readonly InputFacts[];
}

/** How many points a metric has, and a digest of them that does not depend on their order. */
export interface SeriesFacts {
  readonly key: string;
  readonly count: number;
  readonly hash: string;
}

/** A run in whole, but for the points themselves. */
export interface RunHead extends RunFacts {
  readonly artifacts: readonly ArtifactFacts[];
  readonly series: readonly SeriesFacts[];
  /** Of everything above except the experiment: the same content has the same digest wherever it is kept. */
  readonly digest: Digest;
}
