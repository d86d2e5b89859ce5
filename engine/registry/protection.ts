import { ModelyardError } from '../errors';
import type { VersionRecord } from './records';
import { archivedStage } from './stages';

export interface ProtectionFacts {
  /** Of the model; versions begin in the first one. */
  readonly stages: readonly string[];
  /** What runs on the version; undefined: nothing does. */
  readonly inUse: string | undefined;
}

type Kept = Pick<VersionRecord, 'stage' | 'aliases'>;

/** Why a version may not be deleted; undefined: it may. */
export function protection({ stage, aliases }: Kept, { stages, inUse }: ProtectionFacts): string | undefined {
  if (inUse !== undefined) return `it is in use by ${inUse}`;
  if (stage !== archivedStage && stage !== stages[0]) return `it is in ${stage}`;
  const [first, ...others] = aliases;
  if (first === undefined) return undefined;
  return others.length === 0
    ? `it has the alias ${first}`
    : `it has the aliases ${aliases.slice(0, -1).join(', ')} and ${aliases.at(-1) ?? ''}`;
}

/** @throws ModelyardError `conflict` with the way out */
export function refuseProtected(
  version: Kept & Pick<VersionRecord, 'model' | 'version'>,
  facts: ProtectionFacts,
): void {
  const why = protection(version, facts);
  if (why === undefined) return;
  const { model, version: number, stage, aliases } = version;
  const archive = `modelyard models archive ${model} ${number}`;
  const ways = [
    ...(facts.inUse === undefined ? [] : ['give the deployment another version first, or end it']),
    ...(stage === archivedStage || stage === facts.stages[0] ? [] : [`archive it first: ${archive}`]),
    ...aliases.map(alias => `delete the alias: modelyard alias ${model} ${alias} --delete`),
  ].join('; ');
  throw new ModelyardError('conflict', `Version ${number} of ${model} cannot be deleted: ${why}.`, {
    fix: `${ways.charAt(0).toUpperCase()}${ways.slice(1)}.`,
    data: { reason: 'protected', version: number },
  });
}
