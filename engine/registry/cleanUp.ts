import type { CleanUp as Result, CleanUpRequest } from '../protocol/registryMoves';
import { previousOf } from './holders';
import type { MoveOptions, Moves } from './moves';
import { protection } from './protection';
import type { ModelRecord, VersionRecord } from './records';
import { archivedStage } from './stages';

const day = 86_400_000;

type Kept = Result['kept'][number];

/** Archives or deletes many versions at once; what it says beforehand is what it does. */
export class CleanUp {
  constructor(
    private readonly options: MoveOptions,
    private readonly moves: Moves,
  ) {}

  /**
   * Decides and does it within one transaction. With `only` nothing else is touched than those, and of them nothing that
   * has become protected meanwhile.
   * @throws ModelyardError `not-found`, `config.invalid`
   */
  async run(request: CleanUpRequest): Promise<Result> {
    const { db, models, stages, changed } = this.options;
    const asked = request.model === undefined ? models.all() : [models.get(request.model)];
    const rulesOf = await stages.rules();
    const { action, dryRun } = request;
    const done = db.transaction(() => {
      const all = asked.map(({ name }) => this.sort(models.get(name), { request, stages: rulesOf(name).stages }));
      const going = all.flatMap(one => one.going);
      if (!dryRun) for (const version of going) this.take(version, action);
      return { going, kept: all.flatMap(one => one.kept) };
    });
    if (!dryRun) for (const name of new Set(done.going.map(({ model }) => model))) changed(name);
    const shown = ({ model, version, stage, createdAt }: VersionRecord) => ({ model, version, stage, createdAt });
    return { action, dryRun, changed: done.going.map(shown), kept: done.kept };
  }

  private sort(
    model: ModelRecord,
    { request, stages }: { readonly request: CleanUpRequest; readonly stages: readonly string[] },
  ): { readonly going: readonly VersionRecord[]; readonly kept: readonly Kept[] } {
    const { store, inUse } = this.options;
    const versions = store.versions(model);
    const history = store.moves.histories([model]).get(model.id) ?? [];
    const comesBack = new Map(
      Object.entries(previousOf({ stages, versions, history })).map(([stage, version]) => [version, stage]),
    );
    const going: VersionRecord[] = [];
    const kept: Kept[] = [];
    for (const [index, one] of versions.entries()) {
      const why =
        protection(one, { stages, inUse: inUse(model.name, one.version) }) ??
        this.unasked(one, { request, index, comesBack: comesBack.get(one.version) });
      if (why === undefined) going.push(one);
      else kept.push({ model: one.model, version: one.version, stage: one.stage, why });
    }
    return { going, kept };
  }

  /** Why a version that nothing protects stays. */
  private unasked(
    { model, version, stage, createdAt }: VersionRecord,
    {
      request,
      index,
      comesBack,
    }: { readonly request: CleanUpRequest; readonly index: number; readonly comesBack: string | undefined },
  ): string | undefined {
    const { keepLast, olderThan, action, only } = request;
    if (index < keepLast) return keepLast === 1 ? 'it is the newest' : `it is among the newest ${keepLast}`;
    if (olderThan !== undefined && createdAt > this.options.now() - olderThan * day)
      return `it is younger than ${olderThan === 1 ? 'a day' : `${olderThan} days`}`;
    if (action === 'archive' && stage === archivedStage) return 'it is archived already';
    if (action === 'delete' && comesBack !== undefined) return `a rollback of ${comesBack} would put it back`;
    if (only !== undefined && !only.some(one => one.model === model && one.version === version))
      return 'it was not asked for';
    return undefined;
  }

  /** Within the transaction. */
  private take(version: VersionRecord, action: CleanUpRequest['action']): void {
    const model = this.options.models.get(version.model);
    const reason = 'cleaned up';
    if (action === 'archive') this.moves.move(model, version, { to: archivedStage, reason, makeRoom: false });
    else this.options.models.hide(model, version, reason);
  }
}
