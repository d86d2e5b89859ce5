import type { CurrentFiles } from '../../../data/currentFiles';
import { ModelyardError, isAbort } from '../../../errors';
import type { Expectation } from '../../../protocol/expectations';
import type { Digest } from '../../../protocol/ids';
import type { DataReference, DatasetSource, ReferenceSide } from '../../../protocol/jobs';
import type { RecordOptions } from './recordVersion';
import { recordVersion } from './recordVersion';

export type FindReferences = (source: DatasetSource, signal: AbortSignal) => Promise<DatasetSource>;

export interface ReferenceOptions extends Omit<RecordOptions, 'references'> {
  readonly files: CurrentFiles;
}

/** Candidates for `last`: one of them may be the data itself. */
const candidates = 2;
/** Versions that are looked through for one that passed. */
const mostLooked = 200;
const leastDigits = 4;

/**
 * The dataset with what its rules name: `last` (the versions that passed, the newest first), another dataset (read when
 * its file is new) or a version by the beginning of its digest. What cannot be found is told as a problem, so that the
 * rule fails and the others are judged.
 */
export async function withReferences(
  options: ReferenceOptions,
  source: DatasetSource,
  signal: AbortSignal,
): Promise<DatasetSource> {
  const texts = new Set(source.expect.flatMap(referencesOf));
  if (texts.size === 0) return source;
  const references: Record<string, DataReference> = {};
  for (const text of texts) {
    try {
      references[text] = await find({ options, source, text }, signal);
    } catch (error) {
      if (isAbort(error) || !(error instanceof ModelyardError) || error.code === 'cancelled') throw error;
      references[text] = { problem: `\`${text}\` cannot be read: ${error.message.replace(/\.$/, '')}` };
    }
  }
  return { ...source, references };
}

function referencesOf(rule: Expectation): readonly string[] {
  const { compared_with: own, row_count_of: rows, kl_divergence: a, chi_squared: b, kolmogorov_smirnov: c } = rule;
  return [own, rows, a?.compared_with, b?.compared_with, c?.compared_with].filter(text => text !== undefined);
}

interface Wanted {
  readonly options: ReferenceOptions;
  readonly source: DatasetSource;
  readonly text: string;
}

async function find({ options, source, text }: Wanted, signal: AbortSignal): Promise<DataReference> {
  if (text === 'last') return { versions: lastOf(options, source.name) };
  const other = (await options.sources()).find(({ name }) => name === text);
  if (other) return { versions: [await currentOf(options, other, signal)] };
  const digests = options.data.versions(source.name).map(({ digest }) => digest);
  const [found, another] = text.length < leastDigits ? [] : digests.filter(digest => digest.startsWith(text));
  if (found === undefined)
    return { problem: `\`${text}\` is neither \`last\` nor a dataset nor a version of ${source.name}` };
  if (another !== undefined) return { problem: `several versions of ${source.name} begin with ${text}` };
  return { versions: [sideOf(options, source.name, found)] };
}

function lastOf(options: ReferenceOptions, name: string): readonly ReferenceSide[] {
  const newest = [...options.data.versions(name)].sort((a, b) => b.checkedAt - a.checkedAt).slice(0, mostLooked);
  const found: ReferenceSide[] = [];
  for (const { digest } of newest) {
    const { checks } = options.data.get(name, digest);
    if (checks.some(({ passed, severity }) => !passed && severity !== 'warn')) continue;
    if (found.push(sideOf(options, name, digest)) === candidates) break;
  }
  return found;
}

async function currentOf(options: ReferenceOptions, other: DatasetSource, signal: AbortSignal): Promise<ReferenceSide> {
  const now = (await options.files.look(other, signal))?.digest;
  const isKept = now !== undefined && options.data.distributions(other.name, now) !== undefined;
  if (isKept) return sideOf(options, other.name, now);
  const read = await recordVersion(options, { source: other, judged: false, report: () => undefined }, signal);
  return sideOf(options, other.name, read.digest);
}

function sideOf({ data }: ReferenceOptions, dataset: string, digest: Digest): ReferenceSide {
  const { profile } = data.get(dataset, digest);
  const distributions = data.distributions(dataset, digest);
  return { dataset, digest, profile, ...(distributions !== undefined && { distributions }) };
}
