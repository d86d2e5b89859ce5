import { createHash } from 'node:crypto';
import { ModelyardError } from '../errors';
import { digest } from '../ids';
import type { GateReport, GateResult } from '../protocol/gates';
import type { Digest } from '../protocol/ids';
import type { Approval, Approvals as ApprovalList, Person } from '../protocol/approvals';
import { worst } from '../schemas/gateReport';
import type { ApprovalRecord } from './approvalStanding';
import { withoutApprovals, withStanding } from './approvalStanding';
import { ApprovalStore } from './approvalStore';
import type { MoveOptions } from './moves';
import { isSamePerson, personName } from './people';
import type { ModelRecord, VersionRecord } from './records';
import { toVersion } from './records';
import { archivedStage } from './stages';

export interface ApprovalOptions extends MoveOptions {
  /** Who this engine works for, asked anew each time. */
  readonly person: () => Promise<Person>;
  /** The newest report of each stage of models, by their names. */
  readonly reports: (models: readonly string[]) => ReadonlyMap<string, readonly GateReport[]>;
}

interface Subject {
  readonly name: string;
  readonly version: number;
  readonly stage: string;
}

/** What reviewers say of versions. A yes is for that very version, that stage, and the gates as they were seen. */
export class Approvals {
  private readonly store: ApprovalStore;

  constructor(private readonly options: ApprovalOptions) {
    this.store = new ApprovalStore(options.db);
  }

  /**
   * Judges the gates of the stage and keeps what was decided with their results. Authors may reject what is theirs, not
   * approve it.
   * @throws ModelyardError `not-found`, `conflict` when an author would approve, and what judging throws
   */
  async decide(
    request: Subject & { readonly decision: Approval['decision']; readonly comment: string },
  ): Promise<Approval> {
    const { versions, models, judge, changed, now, db } = this.options;
    const { name, version, stage, decision, comment } = request;
    const subject = versions.get(name, version);
    await this.checkStage(name, stage);
    const by = await this.options.person();
    const authors = this.authors(models.get(name), subject);
    if (decision === 'approved' && authors.some(author => isSamePerson(author, by))) throw isAuthor(subject, by);
    const report = seen(await judge({ ...toVersion(subject), stage }));
    const record = {
      version,
      stage,
      decision,
      by,
      at: now(),
      comment,
      subject: digestOf(subject, report),
      gates: report,
    };
    const made = db.transaction(() => {
      const model = models.get(name);
      models.version(model, version);
      return { model, id: this.store.insert(model.id, record) };
    });
    changed(name);
    return this.one(made.model, made.id);
  }

  /**
   * Takes back what the user of this engine has said last of a version for a stage.
   * @throws ModelyardError `not-found` when they have said nothing that stands
   */
  async withdraw({ name, version, stage, reason }: Subject & { readonly reason: string }): Promise<Approval> {
    const { models, changed, now, db } = this.options;
    const by = await this.options.person();
    const withdrawn = db.transaction(() => {
      const model = models.get(name);
      const own = this.records(model).find(
        one => one.version === version && one.stage === stage && isSamePerson(one.by, by),
      );
      if (own === undefined || own.withdrawn !== undefined) throw nothingSaid({ name, version, stage }, by);
      this.store.withdraw(own.id, { at: now(), by, reason });
      return { model, id: own.id };
    });
    changed(name);
    return this.one(withdrawn.model, withdrawn.id);
  }

  /** Their standing is by the gates as they judged last. @throws ModelyardError `not-found` */
  list(name: string, version?: number): ApprovalList {
    const { models, store } = this.options;
    const model = models.get(name);
    const versions = version === undefined ? store.versions(model) : [models.version(model, version)];
    const approvals = this.all([model], this.options.reports([name])).get(model.id) ?? [];
    const ran = store.runUsers(model.id);
    return {
      model: name,
      approvals: approvals.filter(one => version === undefined || one.version === version),
      authors: versions.map(one => ({ version: one.version, people: authorsOf(one, ran) })),
    };
  }

  /** What gates go by: the decisions for a version and a stage, beside the results of the other rules. Newest first. */
  standing({ name, version, stage }: Subject, results: readonly GateResult[]): readonly Approval[] {
    const { models } = this.options;
    const model = models.find(name);
    if (model === undefined) return [];
    const own = this.records(model).filter(one => one.version === version && one.stage === stage);
    if (own.length === 0) return [];
    const authors = this.authors(model, models.version(model, version));
    return own.map(record => withStanding(record, { others: own, authors, results }));
  }

  /**
   * Of models by their ids, newest first.
   * @param reports how the gates judged last, by the names of models: those of the very version and stage are gone by
   */
  all(
    models: readonly ModelRecord[],
    reports?: ReadonlyMap<string, readonly GateReport[]>,
  ): ReadonlyMap<number, readonly Approval[]> {
    const records = this.store.ofModels(models);
    return new Map(
      models.map(model => {
        const own = records.get(model.id) ?? [];
        if (own.length === 0) return [model.id, []];
        const ran = this.options.store.runUsers(model.id);
        const authors = new Map(
          this.options.store.versions(model).map(one => [one.version, authorsOf(one, ran)] as const),
        );
        const judged = reports?.get(model.name) ?? [];
        const approvals = own.map(record => {
          const isSame = (one: { readonly version?: number; readonly stage: string }): boolean =>
            one.version === record.version && one.stage === record.stage;
          const results = judged.find(isSame)?.results;
          return withStanding(record, {
            others: own.filter(isSame),
            authors: authors.get(record.version) ?? [],
            ...(results && { results }),
          });
        });
        return [model.id, approvals];
      }),
    );
  }

  private authors(model: ModelRecord, version: VersionRecord): readonly Person[] {
    return authorsOf(version, this.options.store.runUsers(model.id));
  }

  private records(model: ModelRecord): readonly ApprovalRecord[] {
    return this.store.ofModels([model]).get(model.id) ?? [];
  }

  private one(model: ModelRecord, id: number): Approval {
    const found = this.all([model])
      .get(model.id)
      ?.find(approval => approval.id === id);
    if (found) return found;
    throw new ModelyardError('internal', `There is no decision ${id} on ${model.name}.`);
  }

  private async checkStage(name: string, stage: string): Promise<void> {
    const { stages } = this.options;
    await stages.check(name, stage);
    if (stage !== archivedStage && stage !== (await stages.first(name))) return;
    throw new ModelyardError('params.invalid', `Nothing needs an approval for ${stage}.`, { data: { key: 'stage' } });
  }
}

/** What a reviewer has before them: the gates but for approvals. */
function seen(report: GateReport): GateReport {
  const results = withoutApprovals(report.results);
  return { ...report, results, verdict: worst(results.map(({ verdict }) => verdict)) };
}

/** sha-256 over what is approved: the very files, their evaluation, and what the gates say of it. */
function digestOf({ model, version, source, lineage }: VersionRecord, { stage, results }: GateReport): Digest {
  const { modelDigest = null, evaluationDigest = null } = lineage;
  const rules = results.map(({ rule, verdict, value = null, bound = null }) => [rule, verdict, value, bound]);
  const text = JSON.stringify({ model, version, source, modelDigest, evaluationDigest, stage, rules });
  return digest(createHash('sha256').update(text).digest('hex'));
}

const isAuthor = ({ model, version }: VersionRecord, by: Person): ModelyardError =>
  new ModelyardError('conflict', `${personName(by)} is an author of version ${version} of ${model}.`, {
    fix:
      by.email === undefined
        ? 'Somebody else has to approve it; git tells people apart by `user.email`, which is not set here.'
        : 'Somebody else has to approve it.',
    data: { reason: 'author' },
  });

const nothingSaid = ({ name, version, stage }: Subject, by: Person): ModelyardError =>
  new ModelyardError(
    'not-found',
    `${personName(by)} has said nothing of version ${version} of ${name} for ${stage} that could be withdrawn.`,
    { fix: `\`modelyard approvals ${name} ${version}\` lists what was said.` },
  );

/** Who registered a version, and who made its run when that was another account. */
function authorsOf(
  { version, createdBy, createdEmail }: VersionRecord,
  runUsers: ReadonlyMap<number, string>,
): readonly Person[] {
  const author = { account: createdBy, ...(createdEmail !== undefined && { email: createdEmail }) };
  const ran = runUsers.get(version);
  return ran === undefined || ran === '' || ran === createdBy ? [author] : [author, { account: ran }];
}
