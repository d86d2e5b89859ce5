import { ModelyardError } from '../../../errors';
import { directionOf } from '../../../gates/metricDirection';
import type { GateService } from '../../../gates/service';
import type { RunDiff } from '../../../protocol/compare';
import type { Digest } from '../../../protocol/ids';
import type { Params, Result } from '../../../protocol/methods';
import type { ModelVersion } from '../../../protocol/registry';
import type { CodeState, DataChange, VersionComparison, VersionDiff } from '../../../protocol/registryMoves';
import type { VersionRecord } from '../../../registry/records';
import { toVersion } from '../../../registry/records';
import type { RegistryService } from '../../../registry/service';
import { archivedStage } from '../../../registry/stages';
import { compareVersions } from '../../../registry/versionDiff/compareVersions';
import type { MeasuredSide, PairedMetrics } from '../../../registry/versionDiff/metricChanges';
import { metricChanges, pairedOf, reversed } from '../../../registry/versionDiff/metricChanges';
import { featureChanges, signatureDiff } from '../../../registry/versionDiff/signatureDiff';
import { isMeasurement } from '../../../replay/compareRuns';
import type { RunDiffs } from '../runDiffs';
import type { EvidenceRooms } from './versionEvidence';
import { championOf, measuredOf, signatureOf } from './versionEvidence';

export interface VersionDiffParts extends EvidenceRooms {
  readonly registry: RegistryService;
  readonly gates: Pick<GateService, 'reportsOf'>;
  readonly runDiffs: Pick<RunDiffs, 'diff'>;
  readonly data: {
    compare(
      query: Params<'datasets/compare'>,
      progress: () => void,
      signal: AbortSignal,
    ): Promise<Result<'datasets/compare'>>;
  };
}

const none: MeasuredSide = { metrics: {}, intervals: {} };

/** In what versions of a model differ: of what they were made, what they do, how they are judged. */
export class VersionDiffs {
  constructor(private readonly parts: VersionDiffParts) {}

  /**
   * Beside another version, or beside the holder of a stage; what cannot be compared is said in `notes`.
   * @throws ModelyardError `not-found`, `params.invalid`, `cancelled`
   */
  async diff(request: Params<'registry/diff'>, signal: AbortSignal): Promise<VersionDiff> {
    const { registry } = this.parts;
    const { name, version, stage } = request;
    const after = registry.versions.get(name, version);
    const before = await this.older(request);
    const notes: string[] = [];
    const run = before && (await this.runDiff(before, after, { notes, signal }));
    const paired = before && this.paired(before, after);
    if (before && !paired)
      notes.push(
        `Versions ${before.version} and ${version} were not asked for the same rows: of the differences of their metrics no interval is known.`,
      );
    const signature = before
      ? signatureDiff(signatureOf(this.parts, before), signatureOf(this.parts, after))
      : signatureDiff(undefined, undefined);
    return {
      model: name,
      ...(before && { before: toVersion(before) }),
      after: toVersion(after),
      ...(stage !== undefined && { stage }),
      metrics: metricChanges(
        { before: before ? this.measured(before) : none, after: this.measured(after) },
        paired,
        directionOf,
      ).filter(({ name: metric }) => !isMeasurement(metric)),
      ...(paired && { paired: { rows: paired.rows, seen: paired.seen } }),
      params: run?.params ?? [],
      data: before ? await this.data(before, after, signal) : [],
      features: featureChanges(signature),
      signature,
      gates: stage === undefined ? {} : await this.gates(before, after, { stage, notes }),
      code: {
        ...(before && { before: codeOf(before) }),
        after: codeOf(after),
        files: (run?.code ?? []).map(({ path }) => ({ path })),
      },
      notes: [...notes, ...(run?.notes ?? [])],
    };
  }

  /** @throws ModelyardError `not-found` */
  async compare({ name, versions }: Params<'registry/compare'>): Promise<VersionComparison> {
    const { registry, gates, tracking } = this.parts;
    const reports = gates.reportsOf(name, versions);
    const compared = versions.map(number => {
      const version = registry.versions.get(name, number);
      const { metrics, intervals } = this.measured(version);
      const shown = Object.entries(metrics).filter(([metric]) => !isMeasurement(metric));
      return {
        version: toVersion(version),
        ...{ metrics: Object.fromEntries(shown), intervals },
        params: version.runId === undefined ? {} : tracking.getRun(version.runId).params,
        reports: reports.filter(report => report.version === number),
      };
    });
    return compareVersions(name, compared, await registry.stages.of(name));
  }

  private async older({ name, version, other, stage }: Params<'registry/diff'>): Promise<VersionRecord | undefined> {
    const { registry } = this.parts;
    if ((other === undefined) === (stage === undefined))
      throw new ModelyardError('params.invalid', 'Give another version, or a stage.', { data: { key: 'other' } });
    if (other === version) throw new ModelyardError('params.invalid', 'A version does not differ from itself.');
    if (other !== undefined) return registry.versions.get(name, other);
    await registry.stages.check(name, stage ?? '');
    // the first stage and the archive are shared: nobody holds them
    if (stage === archivedStage || stage === (await registry.stages.first(name))) return undefined;
    const holder = registry.holder(name, stage ?? '')?.version;
    return holder === undefined || holder === version ? undefined : registry.versions.get(name, holder);
  }

  private measured(version: ModelVersion): MeasuredSide {
    return measuredOf(this.parts, version);
  }

  /** When one of both was evaluated beside the other. */
  private paired(before: ModelVersion, after: ModelVersion): PairedMetrics | undefined {
    const isOf = (one: ModelVersion, found: { model: string; modelVersion: number } | undefined): boolean =>
      found?.model === one.model && found.modelVersion === one.version;
    const [own, others] = [championOf(this.parts, after), championOf(this.parts, before)];
    if (own && isOf(before, own)) return pairedOf(own);
    return others && isOf(after, others) ? reversed(pairedOf(others)) : undefined;
  }

  private async runDiff(
    { runId: other, version }: VersionRecord,
    { runId: run, version: newer }: VersionRecord,
    { notes, signal }: { readonly notes: string[]; readonly signal: AbortSignal },
  ): Promise<RunDiff | undefined> {
    const without = [...(other === undefined ? [version] : []), ...(run === undefined ? [newer] : [])];
    if (other !== undefined && run !== undefined) return this.parts.runDiffs.diff({ run: other, other: run }, signal);
    notes.push(
      `Version ${without.join(' and ')} came from no run of this workspace: parameters and code are not known.`,
    );
    return undefined;
  }

  private async data(before: ModelVersion, after: ModelVersion, signal: AbortSignal): Promise<readonly DataChange[]> {
    const [was, now] = [digests(before), digests(after)];
    const names = [...new Set([...was.keys(), ...now.keys()])].sort();
    const changes: DataChange[] = [];
    for (const name of names) {
      const [older, newer] = [was.get(name), now.get(name)];
      if (older === newer) continue;
      const ends = { ...(older !== undefined && { before: older }), ...(newer !== undefined && { after: newer }) };
      changes.push({ name, ...ends, ...(older && newer && (await this.contents(name, { older, newer }, signal))) });
    }
    return changes;
  }

  /** What has changed in a dataset, when profiles of both contents were kept. */
  private async contents(
    name: string,
    { older, newer }: { readonly older: Digest; readonly newer: Digest },
    signal: AbortSignal,
  ): Promise<Pick<DataChange, 'rows' | 'columns' | 'why'>> {
    try {
      const { before, after, columns } = await this.parts.data.compare(
        { name, before: older, after: newer },
        () => undefined,
        signal,
      );
      const changed = columns.filter(
        ({ kind, verdict, retyped }) => kind !== 'kept' || retyped !== undefined || verdict !== 'alike',
      );
      return {
        rows: { before: before.rows, after: after.rows },
        columns: changed.map(({ name: column, kind, formerly, retyped, missing, verdict, change }) => ({
          ...{ name: column, kind, verdict },
          ...(formerly !== undefined && { formerly }),
          ...(retyped && { retyped }),
          ...(missing && { missing }),
          ...(change && { psi: change.psi, q: change.q }),
        })),
      };
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.code === 'cancelled' || error.code === 'internal') throw error;
      return { why: error.message };
    }
  }

  private async gates(
    before: VersionRecord | undefined,
    after: VersionRecord,
    { stage, notes }: { readonly stage: string; readonly notes: string[] },
  ): Promise<VersionDiff['gates']> {
    const { registry, gates } = this.parts;
    const was = before && gates.reportsOf(before.model, [before.version]).find(one => one.stage === stage);
    try {
      const now = await registry.gates(after.model, after.version, stage);
      return { ...(was && { before: was }), after: now };
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.code === 'internal') throw error;
      notes.push(`The gates of ${stage} cannot judge version ${after.version}: ${error.message}`);
      return { ...(was && { before: was }) };
    }
  }
}

const digests = ({ lineage }: ModelVersion): ReadonlyMap<string, Digest> =>
  new Map(lineage.datasets.map(({ name, digest }) => [name, digest]));

const codeOf = ({ lineage }: ModelVersion): CodeState => ({
  ...(lineage.gitCommit !== undefined && { commit: lineage.gitCommit }),
  ...(lineage.gitDirty !== undefined && { dirty: lineage.gitDirty }),
  ...(lineage.configDigest !== undefined && { config: lineage.configDigest }),
});
