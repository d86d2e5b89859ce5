import type { RunId } from '../../protocol/ids';
import type { Lineage } from '../../protocol/registry';
import type { Texts } from './run';

/** A folder among the artifacts of a run. */
export interface FilePlace {
  readonly run: RunId;
  /** With `/`; empty: all of them. */
  readonly path: string;
}

export const versionStatuses = ['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY'] as const;

/** A version of a registered model as its source has it. */
export interface VersionFacts {
  /** From 1. */
  readonly version: number;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly user: string;
  readonly description: string;
  /** `None` (the first one), `Archived`, or a name that the source has for it. */
  readonly stage: string;
  /** Where its files were said to be. */
  readonly source: string;
  /** Where they are among the runs of the source; absent: in none of them. */
  readonly place?: FilePlace;
  /** The run that it was made of, as it was said. */
  readonly run?: string;
  readonly runLink: string;
  readonly status: (typeof versionStatuses)[number];
  readonly tags: Texts;
  /** Only a bundle knows them. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly lineage?: Lineage;
}

/**
 * A registered model as its source has it, or a part of one: with so many versions that they do not belong into one
 * transaction, it comes several times, each time with the next ones and the aliases that name them.
 */
export interface ModelFacts {
  readonly name: string;
  readonly description: string;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly tags: Texts;
  /** Which version each alias names. */
  readonly aliases: Readonly<Record<string, number>>;
  /** The number that the next version would get: those of deleted ones are not given again. */
  readonly nextVersion: number;
  /** By number. */
  readonly versions: readonly VersionFacts[];
}

/** Versions of one part. */
const PART = 250;

/** A model in parts; aliases go with the version that they name, those of none with the first. */
export function* modelParts(model: ModelFacts): Generator<ModelFacts> {
  const { versions } = model;
  const aliases = Object.entries(model.aliases);
  const numbers = new Set(versions.map(({ version }) => version));
  for (let from = 0; from === 0 || from < versions.length; from += PART) {
    const part = versions.slice(from, from + PART);
    const own = new Set(part.map(({ version }) => version));
    const named = aliases.filter(([, version]) => own.has(version) || (from === 0 && !numbers.has(version)));
    yield { ...model, versions: part, aliases: Object.fromEntries(named) };
  }
}
