import * as v from 'valibot';
import { ModelyardError } from '../errors';
import type { Digest, RunId } from '../protocol/ids';
import type { ArtifactEntry, RunSummary } from '../protocol/tracking';
import type { ArtifactBytes } from './artifacts';
import { keptFolder, keptList } from './keepFiles';
import type { KeptFile, KeptFiles } from './keepFiles';
import { splitPatch } from './patch';
import type { PatchFile } from './patch';

/** What a run keeps of the code it was made with. Absent members were not kept. */
export interface RunSources {
  readonly commit?: string;
  /** modelyard.yaml as it was; `path` is relative to the workspace. */
  readonly config?: { readonly path: string; readonly text: string; readonly digest: Digest };
  /** What tracked text files had besides the commit; paths are from the top of the repository. */
  readonly changes: readonly PatchFile[];
  /** The changes are not all of them: there was more than is kept. */
  readonly changesCut: boolean;
  /** A secret was taken out of the changes: they are not what was there. */
  readonly changesRedacted: boolean;
  /** Files that the commit does not have, or all small ones where there is no commit. Relative to the workspace. */
  readonly files: readonly KeptFile[];
  readonly leftOut: KeptFiles['leftOut'];
  /** As `environment/host.json` has it: Node, platform, packages. */
  readonly host: Readonly<Record<string, unknown>>;
}

/** The part of tracking that is read. */
export interface SourceTracking {
  getRun(run: string): RunSummary;
  artifacts(id: RunId, path?: string): readonly ArtifactEntry[];
  readArtifact(id: RunId, path: string, maxBytes?: number): Promise<ArtifactBytes>;
}

const MOST = 16 << 20;
const git = v.object({ diffCut: v.optional(v.boolean(), false), diffRedacted: v.optional(v.boolean(), false) });
const list = v.object({
  kept: v.array(
    v.object({
      path: v.string(),
      size: v.number(),
      sha256: v.string(),
      executable: v.exactOptional(v.boolean()),
    }),
  ),
  leftOut: v.array(v.object({ path: v.string(), why: v.string() })),
});
const anything = v.record(v.string(), v.unknown());
const json = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema);

/** What a run keeps of its code; a run that a client logged may have nothing. @throws ModelyardError `not-found` */
export async function readRunSources(tracking: SourceTracking, runId: RunId): Promise<RunSources> {
  const { tags } = tracking.getRun(runId);
  const read = (path: string): Promise<string | undefined> => textOf(tracking, runId, path);
  const parsed = async <S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S> | undefined> => {
    const result = v.safeParse(json(schema), await read(path));
    return result.success ? result.output : undefined;
  };
  const [state, kept, host, diff] = await Promise.all([
    parsed('environment/git.json', git),
    parsed(keptList, list),
    parsed('environment/host.json', anything),
    read('environment/diff.patch'),
  ]);
  const commit = tags['mlflow.source.git.commit'];
  const config = await configOf(tracking, runId, tags['modelyard.config.digest']);
  return {
    ...(commit !== undefined && { commit }),
    ...(config && { config }),
    changes: splitPatch(diff ?? ''),
    changesCut: state?.diffCut ?? false,
    changesRedacted: state?.diffRedacted ?? false,
    files: kept?.kept ?? [],
    leftOut: kept?.leftOut ?? [],
    host: host ?? {},
  };
}

/** The content of a file that a run keeps besides its commit. @throws ModelyardError `not-found` */
export const readKeptFile = async (tracking: SourceTracking, runId: RunId, path: string): Promise<Uint8Array> =>
  (await tracking.readArtifact(runId, `${keptFolder}/${path}`)).bytes;

/** It lies among the artifacts at its place in the workspace; its digest tells which file it is. */
async function configOf(
  tracking: SourceTracking,
  runId: RunId,
  digest: string | undefined,
): Promise<RunSources['config']> {
  const found = find(tracking, runId, digest);
  if (found?.digest === undefined) return undefined;
  const text = await textOf(tracking, runId, found.path);
  return text === undefined ? undefined : { path: found.path, text, digest: found.digest };
}

const DEEPEST = 6;
const OTHERS = new Set(['environment', 'logs', 'model', 'checks', 'profiles', 'replay']);

function find(tracking: SourceTracking, runId: RunId, digest: string | undefined): ArtifactEntry | undefined {
  const usual = tracking.artifacts(runId).find(({ path }) => path === 'modelyard.yaml');
  if (digest === undefined || usual?.digest === digest) return usual;
  let folders: readonly (string | undefined)[] = [undefined];
  for (let depth = 0; depth < DEEPEST && folders.length > 0; depth++) {
    const entries = folders.flatMap(folder => tracking.artifacts(runId, folder));
    const same = entries.find(entry => !entry.isFolder && entry.digest === digest);
    if (same) return same;
    folders = entries.filter(({ path, isFolder }) => isFolder && !OTHERS.has(path)).map(({ path }) => path);
  }
  return usual;
}

async function textOf(tracking: SourceTracking, runId: RunId, path: string): Promise<string | undefined> {
  try {
    return Buffer.from((await tracking.readArtifact(runId, path, MOST)).bytes).toString('utf8');
  } catch (error) {
    if (error instanceof ModelyardError && error.code === 'not-found') return undefined;
    throw error;
  }
}
