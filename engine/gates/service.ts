import { readFile } from 'node:fs/promises';
import { ModelyardError } from '../errors';
import type { GateReport, GateResult } from '../protocol/gates';
import type { ModelTests } from '../protocol/modelTests';
import type { GateRule } from '../protocol/gateRules';
import type { SignatureReport } from '../protocol/signatures';
import type { ServingTest } from '../protocol/serving';
import type { ModelVersion, RegisteredModel } from '../protocol/registry';
import type { Approval } from '../protocol/approvals';
import type { ScanReport } from '../protocol/security';
import type { ModelConfig, WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import type { Judged } from './evaluationFile';
import { parseEvaluation } from './evaluationFile';
import { isApproval, judge } from './judge';
import { holderOf } from './holders';
import type { Evidence } from './kinds/kind';
import { parseModelTests } from './modelTestsFile';
import { GateStore } from './store';

export interface GateServiceOptions {
  readonly db: Database;
  readonly config: () => Promise<WorkspaceConfig>;
  /** The registry's: a model with its versions, who has its stages and aliases, and its history. */
  readonly registered: (model: string) => Promise<RegisteredModel | undefined>;
  /** The evaluation.json that a version was registered with. Throws `not-found` when it has none. */
  readonly evaluation: (version: ModelVersion) => Uint8Array;
  /** The registry's: what reviewers have said of a version for a stage, beside the results of the other rules. */
  readonly approvals?: (
    subject: { readonly name: string; readonly version: number; readonly stage: string },
    results: readonly GateResult[],
  ) => readonly Approval[];
  /** What a version did when it was served last; undefined: it never was. */
  readonly served?: (version: ModelVersion) => ServingTest | undefined;
  /** The newest model-tests.json of a version; undefined when it was never tested. */
  readonly tests: (version: ModelVersion) => Uint8Array | undefined;
  /** What a scan of a version's files as they are has found; it is made when there is none. Absent: nobody scans. */
  readonly scan?: (version: ModelVersion) => Promise<ScanReport | undefined>;
  /** How a version's signature stands; undefined: it cannot be told. Absent: nobody signs. */
  readonly signature?: (version: ModelVersion) => Promise<SignatureReport | undefined>;
  readonly now?: () => number;
}

const isSecurity = (rule: GateRule): boolean => 'check' in rule && rule.check === 'security';
const isSigned = (rule: GateRule): boolean => 'check' in rule && rule.check === 'signed';

/** Judges the `gates:` of a model's stage by an evaluation. */
export class GateService {
  private readonly store: GateStore;

  constructor(private readonly options: GateServiceOptions) {
    this.store = new GateStore(options.db);
  }

  /** A registered version, for the stage that is named instead of its own. The report is kept. */
  async judgeVersion(subject: ModelVersion): Promise<GateReport> {
    const { model, version, stage } = subject;
    const rules = (await this.modelConfig(model))?.gates[stage] ?? [];
    const holder = await this.holders(model, rules, version);
    const tests = this.testsOf(subject);
    const evaluation = rules.every(rule => isApproval(rule) || isSecurity(rule) || isSigned(rule))
      ? { rows: 0, metrics: {} }
      : this.evaluationOf(subject);
    const { approvals } = this.options;
    const scan = rules.some(isSecurity) ? await this.options.scan?.(subject) : undefined;
    const signature = rules.some(isSigned) ? await this.options.signature?.(subject) : undefined;
    const served = this.options.served?.(subject);
    const report = judge({
      ...{ model, version, stage, rules, evaluation, holder, now: this.now() },
      ...(tests && { tests }),
      ...(scan && { scan }),
      ...(signature && { signature }),
      ...(served && { served }),
      ...(approvals && { approvals: results => approvals({ name: model, version, stage }, results) }),
    });
    this.store.record({ ...report, version });
    return report;
  }

  /** A model that is not registered yet: the reports of the asked stages, by default of all that have gates. */
  async judgeCandidate(subject: {
    model: string;
    stages: readonly string[];
    evaluationPath: string;
    testsPath?: string;
  }): Promise<readonly GateReport[]> {
    const { model } = subject;
    const gates = (await this.modelConfig(model))?.gates;
    if (gates === undefined) {
      throw new ModelyardError('not-found', `modelyard.yaml has no model ${model}.`, {
        fix: 'Add it under `models:`.',
      });
    }
    const evaluation = parseEvaluation(await readFile(subject.evaluationPath, 'utf8'));
    const tests =
      subject.testsPath === undefined ? undefined : parseModelTests(await readFile(subject.testsPath, 'utf8'));
    const stages = subject.stages.length > 0 ? subject.stages : Object.keys(gates);
    const asked = stages.map(stage => ({ stage, rules: gates[stage] ?? [] }));
    const holder = await this.holders(
      model,
      asked.flatMap(({ rules }) => rules),
    );
    return asked.map(one => judge({ ...one, model, evaluation, ...(tests && { tests }), holder, now: this.now() }));
  }

  /** The newest report of each stage of models, by their names; a model without reports is not in it. */
  latest(models: readonly string[]): ReadonlyMap<string, readonly GateReport[]> {
    return this.store.latest(models);
  }

  /** The reports of a stage of a model, newest first. */
  history(subject: { readonly model: string; readonly stage: string }, limit: number): readonly GateReport[] {
    return this.store.history(subject, limit);
  }

  /** The newest report of some versions of a model for each stage, newest first. */
  reportsOf(model: string, versions: readonly number[]): readonly GateReport[] {
    return this.store.ofVersions(model, versions);
  }

  private async modelConfig(model: string): Promise<ModelConfig | undefined> {
    const { models } = await this.options.config();
    return Object.hasOwn(models, model) ? models[model] : undefined;
  }

  private evaluationOf(version: ModelVersion): Judged {
    return parseEvaluation(Buffer.from(this.options.evaluation(version)).toString('utf8'));
  }

  /** Tests of another form than today's count as none: what asks for them is unknown then. */
  private testsOf(version: ModelVersion): ModelTests | undefined {
    const found = this.options.tests(version);
    if (found === undefined) return undefined;
    try {
      return parseModelTests(Buffer.from(found).toString('utf8'));
    } catch (error) {
      if (error instanceof ModelyardError) return undefined;
      throw error;
    }
  }

  /** A holder whose evaluation cannot be read is compared by the metrics it was registered with. */
  private async holders(model: string, rules: readonly GateRule[], own?: number): Promise<Evidence['holder']> {
    const registered = rules.length > 0 ? await this.options.registered(model) : undefined;
    return name => {
      const found = holderOf(registered, name, own);
      if (found === undefined || 'lost' in found) return found;
      const { version, ...place } = found;
      const tests = this.testsOf(version);
      const common = { ...place, version: version.version, ...(tests && { tests }) };
      try {
        return { ...this.evaluationOf(version), ...common };
      } catch (error) {
        if (!(error instanceof ModelyardError)) throw error;
        return { ...common, metrics: version.metrics };
      }
    };
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
