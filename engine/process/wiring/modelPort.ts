import { ModelyardError } from '../../errors';
import { isRunId, runId } from '../../ids';
import type { Lineage } from '../../protocol/registry';
import type { RegistryService } from '../../registry/service';
import type { SigningService } from '../../security/signing/service';
import type { ArtifactFolder } from '../../tracking/artifacts';
import type { RunRecord } from '../../tracking/records';
import type { TrackingService } from '../../tracking/service';
import type { ArtifactFacts } from '../../transfer/content/run';
import type { ModelExportPort, ModelPort } from '../../transfer/modelPort';
import { loggedEvaluation } from './registeredEvaluation';

/** What transfers of models ask of the registry, and of tracking about the runs of versions. */
export function modelPort(
  registry: RegistryService,
  tracking: TrackingService,
  signing: Pick<SigningService, 'refusal'>,
): ModelPort & ModelExportPort {
  const { imports, exports } = registry;
  return {
    rules: () => imports.rules(),
    stageOf: (name, rules) => imports.stageOf(name, rules),
    refusal: what => imports.refusal(what),
    find: name => imports.find(name),
    wasDeleted: (name, times) => imports.wasDeleted(name, times),
    insert: model => imports.insert(model),
    complete: (model, id, additions) => imports.complete(model, id, additions),
    insertVersion: (model, version) => imports.insertVersion(model, version),
    relocate: (model, version, to) => imports.relocate(model, version, to),
    touch: model => imports.touch(model),
    names: () => exports.names(),
    reader: () => exports.reader(),
    heldBack: (name, version, signal) => signing.refusal({ name, version }, 'exported', signal),
    tell: names => imports.tell(names),
    run: id => {
      const run = recordOf(tracking, id);
      return run && { artifacts: run.artifactUri, metrics: metricsOf(run), lineage: lineageOf(tracking, run) };
    },
    loggedFiles: model => {
      const folder = orNone(() => tracking.models.folder(model));
      return folder === undefined ? [] : filesBelow(folder);
    },
    hasFiles: (run, path) => tracking.artifacts(runId(run), path === '' ? undefined : path).length > 0,
  };
}

const recordOf = (tracking: TrackingService, id: string): RunRecord | undefined =>
  isRunId(id) ? orNone(() => tracking.record(id)) : undefined;

/** Undefined: it is not here. */
function orNone<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof ModelyardError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function filesBelow(folder: Pick<ArtifactFolder, 'list'>, place?: string): readonly ArtifactFacts[] {
  return folder.list(place).flatMap(({ path, isFolder, digest, size }) => {
    if (isFolder) return filesBelow(folder, path);
    return digest === undefined || size === undefined ? [] : [{ path, digest, size }];
  });
}

const metricsOf = ({ metrics }: RunRecord): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(metrics).map(([key, { value }]) => [key, value]));

/** A version that comes is judged by the evaluation that its run has now. */
function lineageOf(tracking: TrackingService, { id, tags }: RunRecord): Lineage {
  const commit = tags['mlflow.source.git.commit'];
  const evaluation = loggedEvaluation(tracking, id)?.digest;
  return {
    datasets: [],
    ...(commit !== undefined && { gitCommit: commit }),
    ...(evaluation !== undefined && { evaluationDigest: evaluation }),
  };
}
