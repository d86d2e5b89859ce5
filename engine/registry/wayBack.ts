import { ModelyardError } from '../errors';
import type { GateReport } from '../protocol/gates';
import type { StageChange } from '../protocol/registryMoves';
import { isDeployed } from './failures';
import { hasHeld, previousOf } from './holders';
import type { Whereabouts } from './holders';
import { deletedStage } from './models';
import type { MoveOptions, Moves } from './moves';
import { isThere } from './moves';
import { refuseProtected } from './protection';
import type { ModelRecord, VersionRecord } from './records';
import { toVersion } from './records';
import { archivedStage } from './stages';

interface Named {
  readonly name: string;
  readonly version: number;
  readonly reason: string;
}

/** Versions on their way back: to an earlier stage, to where they were, out of the registry and in again. */
export class WayBack {
  constructor(
    private readonly options: MoveOptions,
    private readonly moves: Moves,
  ) {}

  /**
   * To an earlier stage, by default the one before; no gates are asked. `putBack`: who held the stage that is left holds
   * it again.
   * @throws ModelyardError `not-found`, `conflict` when it is in the first stage, or nobody held the stage before
   */
  async demote(request: Named & { readonly to?: string; readonly putBack?: boolean }): Promise<StageChange> {
    const { name, reason, putBack: wantsBack = false } = request;
    const current = this.options.versions.get(name, request.version);
    const stages = await this.options.stages.toMoveThrough(name);
    const from = current.stage;
    const to = this.earlier(current, { stages, asked: request.to });
    const before = wantsBack ? this.previous(name, { stage: from, stages }) : undefined;
    const gates = before && (await this.judged(before, from));
    const change = this.options.db.transaction((): Pick<StageChange, 'replaced' | 'putBack'> => {
      const model = this.options.models.get(name);
      const version = this.unmoved(current);
      if (before) {
        const back = this.unmoved(before);
        this.moves.move(model, back, {
          ...{ to: from, makeRoom: false, isRollback: true, ...(gates && { gates }) },
          reason: `in place of version ${version.version}${reason === '' ? '' : `: ${reason}`}`,
        });
      }
      const made = this.moves.move(model, version, { to, reason, makeRoom: to !== stages[0], isRollback: true });
      return { ...made, ...(before && { putBack: before.version }) };
    });
    this.options.changed(name);
    return { ...this.after(current, to), ...change, ...(gates && { gates }) };
  }

  /**
   * Who held the stage before holds it again, who holds it is archived. No gate is in the way of a rollback: who comes
   * back has been through them. How they judge it now is said.
   * @throws ModelyardError `not-found`, `conflict` when nobody held it before
   */
  async rollback(request: Omit<Named, 'version'> & { stage: string; version?: number }): Promise<StageChange> {
    const { name, stage, reason } = request;
    await this.options.stages.check(name, stage);
    const stages = await this.options.stages.toMoveThrough(name);
    if (stages.indexOf(stage) < 1)
      throw new ModelyardError('conflict', `Nobody holds ${stage} alone: there is nothing to roll back.`, {
        fix: `Roll back ${stages.slice(1).join(' or ')}.`,
      });
    const target =
      request.version === undefined
        ? this.previous(name, { stage, stages })
        : this.earlierHolder(name, { version: request.version, stage, stages });
    const gates = await this.judged(target, stage);
    const change = this.options.db.transaction(() =>
      this.moves.move(this.options.models.get(name), this.unmoved(target), {
        ...{ to: stage, reason, makeRoom: true, isRollback: true, ...(gates && { gates }) },
      }),
    );
    this.options.changed(name);
    return { ...this.after(target, stage), ...change, ...(gates && { gates }) };
  }

  /** Out of all stages. @throws ModelyardError `not-found`, `conflict` when it is there, or in use */
  archive({ name, version, reason }: Named): StageChange {
    const { db, models, versions, changed, inUse } = this.options;
    const current = db.transaction(() => {
      const found = versions.get(name, version);
      if (found.stage === archivedStage) throw isThere(found, archivedStage);
      const deployment = inUse(name, version);
      if (deployment !== undefined) throw isDeployed(found, deployment);
      this.moves.move(models.get(name), found, { to: archivedStage, reason, makeRoom: false });
      return found;
    });
    changed(name);
    return this.after(current, archivedStage);
  }

  /**
   * A deleted version is archived, an archived one is in the first stage again, through the gates of that.
   * @throws ModelyardError `not-found`, `conflict` when it is in a stage
   */
  async restore({ name, version, reason }: Named): Promise<StageChange> {
    const { db, store, models, now, user, changed, stages } = this.options;
    const model = models.get(name);
    if (store.isDeleted(model.id, version)) {
      db.transaction(() => {
        const at = now();
        store.undelete(model.id, version, at);
        store.setStage(model.id, { version, to: archivedStage, at });
        const move = { version, from: deletedStage, to: archivedStage, at, by: user(), reason };
        store.moves.record(model.id, move);
        models.touch(model, at);
      });
      changed(name);
      const restored = toVersion(models.version(model, version));
      return { version: restored, from: deletedStage, to: archivedStage };
    }
    const current = this.options.versions.get(name, version);
    if (current.stage !== archivedStage)
      throw new ModelyardError('conflict', `Version ${version} of ${name} is in ${current.stage}: it is not archived.`);
    const to = await stages.first(name);
    const { promoted, gates, ...moved } = await this.moves.promote({ name, version, to, reason });
    if (!promoted)
      throw new ModelyardError('gate.failed', `The gates of ${to} keep version ${version} of ${name} out.`);
    return { version: moved.version, from: moved.from, to, gates };
  }

  /**
   * Hides a version, or a model with all its versions, unless one is protected: in a stage other than the first, named by
   * an alias, or in use.
   * @throws ModelyardError `not-found`, `conflict` with the way out
   */
  async delete({ name, version, reason }: Omit<Named, 'version'> & { version?: number }): Promise<void> {
    const { models, versions, inUse } = this.options;
    const stages = await this.options.stages.toMoveThrough(name);
    const guard = (one: VersionRecord): void => refuseProtected(one, { stages, inUse: inUse(name, one.version) });
    const deletion = { guard, ...(reason !== '' && { reason }) };
    if (version === undefined) models.delete(name, deletion);
    else versions.delete(name, version, deletion);
  }

  private whereabouts(model: ModelRecord, stages: readonly string[]): Whereabouts {
    const { store } = this.options;
    return { stages, versions: store.versions(model), history: store.moves.histories([model]).get(model.id) ?? [] };
  }

  private previous(name: string, { stage, stages }: { stage: string; stages: readonly string[] }): VersionRecord {
    const model = this.options.models.get(name);
    const previous = previousOf(this.whereabouts(model, stages))[stage];
    if (previous !== undefined) return this.options.models.version(model, previous);
    throw new ModelyardError('conflict', `No version of ${name} that is still there held ${stage} before.`, {
      fix: `Promote the version that ${stage} shall have: modelyard promote ${name} VERSION --to ${stage}.`,
    });
  }

  private earlierHolder(
    name: string,
    { version, stage, stages }: { version: number; stage: string; stages: readonly string[] },
  ): VersionRecord {
    const model = this.options.models.get(name);
    const target = this.options.models.version(model, version);
    if (target.stage === stage) throw isThere(target, stage);
    if (stages.indexOf(target.stage) > stages.indexOf(stage))
      throw new ModelyardError('conflict', `Version ${version} of ${name} holds ${target.stage}, which comes later.`, {
        fix: `Demote it: modelyard models demote ${name} ${version} --to ${stage}.`,
      });
    if (hasHeld(this.whereabouts(model, stages), version, stage)) return target;
    throw new ModelyardError('conflict', `Version ${version} of ${name} has never held ${stage}.`, {
      fix: `Its way there is through the gates: modelyard promote ${name} ${version} --to ${stage}.`,
    });
  }

  private earlier(
    { model, version, stage }: VersionRecord,
    { stages, asked }: { stages: readonly string[]; asked: string | undefined },
  ): string {
    const at = stages.indexOf(stage);
    if (at < 1)
      throw new ModelyardError('conflict', `Version ${version} of ${model} is in ${stage}: there is no stage before.`, {
        fix: `Archive it: modelyard models archive ${model} ${version}.`,
      });
    const to = asked ?? stages[at - 1] ?? '';
    if (stages.slice(0, at).includes(to)) return to;
    throw new ModelyardError('params.invalid', `${to} is not a stage before ${stage}.`, {
      fix: `Demote it to ${stages.slice(0, at).join(' or ')}, or use \`modelyard promote\`.`,
      data: { key: 'to' },
    });
  }

  /** Shown, never in the way: what cannot be judged has no report. */
  private async judged(version: VersionRecord, stage: string): Promise<GateReport | undefined> {
    try {
      return await this.options.judge({ ...toVersion(version), stage });
    } catch (error) {
      if (error instanceof ModelyardError) return undefined;
      throw error;
    }
  }

  /** @throws ModelyardError `conflict` when somebody else has moved it meanwhile */
  private unmoved({ model, version, stage }: VersionRecord): VersionRecord {
    const now = this.options.versions.get(model, version);
    if (now.stage === stage) return now;
    throw new ModelyardError('conflict', `Version ${version} of ${model} was moved to ${now.stage} meanwhile.`, {
      fix: 'Look at it again.',
    });
  }

  private after(
    { model, version, stage: from }: VersionRecord,
    to: string,
  ): Pick<StageChange, 'version' | 'from' | 'to'> {
    return { version: toVersion(this.options.versions.get(model, version)), from, to };
  }
}
