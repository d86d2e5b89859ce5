import { ModelyardError } from '../errors';
import type { GateReport, GateVerdict } from '../protocol/gates';
import type { ModelVersion, Promotion } from '../protocol/registry';
import { isDeployed } from './failures';
import type { BookOptions, Models } from './models';
import type { ModelRecord, VersionRecord } from './records';
import { toVersion } from './records';
import type { Stages } from './stages';
import { archivedStage } from './stages';
import type { Versions } from './versions';

export interface MoveOptions extends BookOptions {
  readonly models: Models;
  readonly versions: Versions;
  readonly stages: Stages;
  /** Judges a version by the gates of the stage that is named instead of its own, and keeps the report. */
  readonly judge: (subject: ModelVersion) => Promise<GateReport>;
}

/** A move that was asked for. `makeRoom`: whoever else is in the stage is archived. */
export interface MoveRequest {
  readonly to: string;
  readonly reason: string;
  readonly makeRoom: boolean;
}

/** A move that is made. */
export interface Move extends MoveRequest {
  readonly gates?: GateReport;
  readonly isRollback?: boolean;
}

/** Judgements of one promotion while the model changes in ways that wait for no turn: rollbacks, new versions. */
const attempts = 10;

/** Versions on their way through the gates of stages. */
export class Moves {
  /** By model, the end of the move that waits last. */
  private readonly turns = new Map<string, Promise<void>>();

  constructor(private readonly options: MoveOptions) {}

  /**
   * Judges the gates of `to` and moves the version there if they let it. Moving to an earlier stage or to `archived`
   * needs no gates. A stage other than the first is held by one version: the one that was there is archived.
   * @throws ModelyardError `not-found`, `conflict` when it is there already, or is to be archived while it is in use
   */
  async promote(request: { name: string; version: number; to: string; reason: string }): Promise<Promotion> {
    const { stages, versions, inUse } = this.options;
    const { name, to, reason } = request;
    const current = versions.get(name, request.version);
    await stages.check(name, to);
    if (current.stage === to) throw isThere(current, to);
    const deployment = to === archivedStage ? inUse(name, current.version) : undefined;
    if (deployment !== undefined) throw isDeployed(current, deployment);
    const isShared = to === archivedStage || to === (await stages.first(name));
    return this.moveIfLet(() => current, { to, reason, makeRoom: !isShared });
  }

  /**
   * As a client of MLflow moves: through the same gates, but others stay in the stage unless room is to be made, and
   * the version may be there already, or have been moved by another client meanwhile.
   * @throws ModelyardError `not-found`
   */
  async transition({ name, version }: { name: string; version: number }, request: MoveRequest): Promise<Promotion> {
    const { versions, stages } = this.options;
    versions.get(name, version);
    await stages.check(name, request.to);
    return this.moveIfLet(() => versions.get(name, version), request);
  }

  /** Within a transaction: moves a version whatever gates say. Who makes room is archived. */
  move(model: ModelRecord, current: VersionRecord, move: Move): Pick<Promotion, 'replaced'> {
    const { store, user, now, models } = this.options;
    const { to, reason, makeRoom, gates, isRollback = false } = move;
    const [by, at] = [user(), now()];
    const others = makeRoom ? store.inStage(model, to).filter(({ version }) => version !== current.version) : [];
    for (const { version } of others) {
      const made = { version, from: to, to: archivedStage, at, by, isRollback };
      const why = `${isRollback ? 'rolled back to' : 'made room for'} version ${current.version}`;
      store.setStage(model.id, made);
      store.moves.record(model.id, { ...made, reason: why });
    }
    const made = { version: current.version, from: current.stage, to, at, by, reason, isRollback };
    store.setStage(model.id, made);
    store.moves.record(model.id, { ...made, ...(gates && { gates }) });
    models.touch(model, at);
    return others[0] ? { replaced: others[0].version } : {};
  }

  /**
   * What was judged is what moves: when another version of the model has moved meanwhile, the gates judge again. Whoever has
   * been overtaken once, or finds others waiting, waits for a turn, so that many who move at once all come through.
   * @param read the version that was asked for
   */
  private async moveIfLet(read: () => VersionRecord, request: MoveRequest): Promise<Promotion> {
    const { model: name, version } = read();
    const first = this.turns.has(name) ? undefined : await this.attempt(read(), request);
    if (first) return first;
    return this.inTurn(name, async () => {
      for (let attempt = 1; attempt < attempts; attempt++) {
        const found = await this.attempt(read(), request);
        if (found) return found;
      }
      throw new ModelyardError('conflict', `Model ${name} kept changing while version ${version} was judged.`, {
        fix: 'Promote it again when the others are done.',
      });
    });
  }

  private inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const own = (this.turns.get(name) ?? Promise.resolve()).then(work);
    const settled = own.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(name, settled);
    void settled.then(() => this.turns.get(name) === settled && this.turns.delete(name));
    return own;
  }

  /** Undefined: the model has changed while it was judged. */
  private async attempt(asked: VersionRecord, request: MoveRequest): Promise<Promotion | undefined> {
    const { store, db, models, versions, changed } = this.options;
    const { model: name, version, stage: from } = asked;
    const { to } = request;
    const model = models.get(name);
    this.refuseMoved(asked, to);
    const before = store.moves.last(model);
    const gates = await this.judgeMove(asked, to);
    if (blocks(gates.verdict)) {
      changed(name); // the report is kept
      return { promoted: false, version: toVersion(asked), from, to, gates };
    }
    const moved = db.transaction(() =>
      store.moves.last(model) === before ? this.move(model, asked, { ...request, gates }) : undefined,
    );
    if (moved === undefined) return undefined;
    changed(name);
    return { promoted: true, version: toVersion(versions.get(name, version)), from, to, gates, ...moved };
  }

  /** Whether the version may still go from where it was. */
  private refuseMoved(asked: VersionRecord, to: string): void {
    const { model, version, stage } = asked;
    const now = this.options.versions.get(model, version).stage;
    if (now === stage) return;
    if (now === to) throw isThere(asked, to);
    const message = `Version ${version} of ${model} was moved from ${stage} to ${now} meanwhile.`;
    throw new ModelyardError('conflict', message, { fix: 'Look at it again, then promote it from there.' });
  }

  private async judgeMove(current: VersionRecord, to: string): Promise<GateReport> {
    const { model, version, stage } = current;
    const stages = await this.options.stages.toMoveThrough(model);
    const isForward = to !== archivedStage && stages.indexOf(to) > stages.indexOf(stage);
    if (isForward) return this.options.judge({ ...toVersion(current), stage: to });
    return { model, version, stage: to, verdict: 'passed', judgedAt: this.options.now(), results: [] };
  }
}

export const isThere = (
  { model, version }: { readonly model: string; readonly version: number },
  stage: string,
): ModelyardError => new ModelyardError('conflict', `Version ${version} of ${model} is in ${stage} already.`);

/** Unknown blocks as a failure does. */
const blocks = (verdict: GateVerdict): boolean => verdict === 'failed' || verdict === 'unknown';
