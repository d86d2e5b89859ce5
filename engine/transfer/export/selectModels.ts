import { throwIfAborted } from '../../errors';
import { isRunId } from '../../ids';
import type { RunId } from '../../protocol/ids';
import type { Lineage } from '../../protocol/registry';
import type { ExportRequest, TransferProblem } from '../../protocol/transfer';
import type { ObjectStore } from '../../store/objects';
import type { FilePlace, ModelFacts, VersionFacts } from '../content/model';
import { pause } from '../merge/pause';
import type { ExportContext } from './context';
import { ExportedFiles } from './exportedFiles';
import type { ExportedModel, ExportedVersion, ModelExportPort } from '../modelPort';

export interface SelectedModels {
  readonly models: readonly ModelFacts[];
  /** What was left out of models that go along. */
  readonly notes: readonly string[];
  /** Versions that may not leave, and why. */
  readonly problems: readonly TransferProblem[];
  readonly files: ExportedFiles;
}

/**
 * The registered models that go with runs: those with a version of one of them, and when nothing was chosen also those
 * with versions of no run and with no version at all, such as prompts. Versions of other runs are left out.
 */
export async function selectModels(
  { models: port, objects }: Pick<ExportContext, 'models' | 'objects'>,
  { request, runs }: { readonly request: Omit<ExportRequest, 'to'>; readonly runs: ReadonlySet<RunId> },
  signal: AbortSignal,
): Promise<SelectedModels> {
  const isAll = request.experiments === undefined && request.filter === undefined && request.deleted !== 'only';
  const models: ModelFacts[] = [];
  const notes: string[] = [];
  const problems: TransferProblem[] = [];
  const files = new ExportedFiles(port, objects);
  const read = await port.reader();
  for (const name of port.names()) {
    throwIfAborted(signal);
    const model = read(name);
    await pause();
    if (model === undefined) continue;
    const isKept = ({ runId }: ExportedVersion): boolean => (runId === undefined ? isAll : runs.has(runId));
    const chosen = model.versions.filter(isKept);
    const held = await heldBack({ name, versions: chosen }, { port, files }, signal);
    problems.push(...held.values());
    const kept = chosen.filter(({ version }) => !held.has(version));
    if (chosen.length > 0 && kept.length === 0) continue;
    if (kept.length === 0 && !(isAll && model.versions.length === 0)) {
      if (isAll) notes.push(`${name} was left out: the runs of its versions are not exported.`);
      continue;
    }
    models.push(factsOf(model, kept, { port, objects, files }));
    notes.push(...withoutFiles(name, kept, models.at(-1)), ...sharingFiles(models.at(-1), files));
    const lost = model.versions.filter(version => !isKept(version));
    if (lost.length > 0) notes.push(lostText(name, lost));
  }
  return { models, notes, problems, files };
}

/** The versions that may not leave; their files stay as well, and their runs go without them. */
async function heldBack(
  { name, versions }: { readonly name: string; readonly versions: readonly ExportedVersion[] },
  { port, files }: Pick<Sources, 'port' | 'files'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, TransferProblem>> {
  const held = new Map<number, TransferProblem>();
  for (const version of versions) {
    const refusal = await port.heldBack(name, version.version, signal);
    throwIfAborted(signal);
    if (refusal === undefined) continue;
    const place = placeOf(version, port);
    if (place) files.withhold(place);
    held.set(version.version, {
      message: `Model ${name}, version ${version.version}, was left out with its files: ${refusal.message}`,
      ...(refusal.fix !== undefined && { fix: refusal.fix }),
      ...(version.runId !== undefined && { run: version.runId }),
    });
  }
  return held;
}

/** The files of a logged model of no run have no place among those of runs. */
function withoutFiles(
  model: string,
  versions: readonly ExportedVersion[],
  facts: ModelFacts | undefined,
): readonly string[] {
  const placed = new Set(facts?.versions.flatMap(({ version, place }) => (place === undefined ? [] : [version])));
  return versions
    .filter(({ version, storage }) => !placed.has(version) && storage.startsWith('mlflow-artifacts:'))
    .map(
      ({ version }) =>
        `Version ${version} of ${model} goes without its files: they are those of a logged model that is not exported.`,
    );
}

/** The same files may be those of a version that may not leave. */
const sharingFiles = (facts: ModelFacts | undefined, files: ExportedFiles): readonly string[] =>
  (facts?.versions ?? [])
    .filter(({ place }) => place !== undefined && files.isWithheld(place.run, place.path))
    .map(
      ({ version }) =>
        `Version ${version} of ${facts?.name} goes without its files: they are those of a version that was left out.`,
    );

const SHOWN = 10;

function lostText(model: string, lost: readonly ExportedVersion[]): string {
  const shown = lost.slice(0, SHOWN).map(({ version }) => version);
  const numbers = `${shown.join(', ')}${lost.length > SHOWN ? ' …' : ''}`;
  return lost.length === 1
    ? `Version ${numbers} of ${model} was left out: its run is not exported.`
    : `Versions ${numbers} of ${model} were left out: their runs are not exported.`;
}

interface Sources {
  readonly port: ModelExportPort;
  readonly objects: ObjectStore;
  readonly files: ExportedFiles;
}

function factsOf(model: ExportedModel, versions: readonly ExportedVersion[], sources: Sources): ModelFacts {
  const { name, description, createdAt, updatedAt, tags, nextVersion } = model;
  const kept = new Set(versions.map(({ version }) => version));
  const aliases = Object.fromEntries(Object.entries(model.aliases).filter(([, version]) => kept.has(version)));
  return {
    ...{ name, description, createdAt, updatedAt, tags, aliases, nextVersion },
    versions: versions.map(version => versionFacts(version, model.stages, sources)),
  };
}

function versionFacts(
  version: ExportedVersion,
  stages: readonly string[],
  { port, objects, files }: Sources,
): VersionFacts {
  const { createdAt, updatedAt, description, source, runLink, status, tags, metrics, lineage } = version;
  const run = version.runId ?? version.foreignRun;
  const place = placeOf(version, port) ?? files.take(version);
  return {
    ...{ version: version.version, createdAt, updatedAt, user: version.createdBy, description },
    stage: version.stage === stages[0] ? 'None' : version.stage,
    source,
    ...(place && { place }),
    ...(run !== undefined && { run }),
    ...{ runLink, status, tags, metrics },
    lineage: withKept(lineage, objects),
  };
}

/** Without the evaluation or tests whose content is gone. */
function withKept({ evaluationDigest, testsDigest, ...rest }: Lineage, objects: ObjectStore): Lineage {
  return {
    ...rest,
    ...(evaluationDigest !== undefined && objects.has(evaluationDigest) && { evaluationDigest }),
    ...(testsDigest !== undefined && objects.has(testsDigest) && { testsDigest }),
  };
}

/** Where the files of a version are among those of a run. */
function placeOf({ runId, artifactPath, storage }: ExportedVersion, port: ModelExportPort): FilePlace | undefined {
  if (runId !== undefined && artifactPath !== '') return { run: runId, path: artifactPath };
  const own = runId === undefined ? undefined : port.run(runId)?.artifacts;
  if (runId !== undefined && own !== undefined) {
    if (storage === own) return { run: runId, path: '' };
    if (storage.startsWith(`${own}/`)) return { run: runId, path: storage.slice(own.length + 1) };
  }
  const [, run = '', path = ''] = /^mlflow-artifacts:\/\d+\/([^/]+)\/artifacts(?:\/(.*))?$/s.exec(storage) ?? [];
  return isRunId(run) ? { run, path } : undefined;
}
