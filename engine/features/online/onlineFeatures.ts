import { ModelyardError } from '../../errors';
import type { OnlineStoreConfig } from '../../protocol/featureConfig';
import type { FeatureViewVersion } from '../../protocol/features';
import type {
  Materialisation,
  OnlineAnswer,
  OnlineRequest,
  PushReport,
  PushRequest,
} from '../../protocol/featureOnline';
import type { Database } from '../../store/database';
import type { FeatureSelection } from '../definition/select';
import type { Servable } from '../servable';
import { MaterialisationStore } from './materialisationStore';
import { LocalOnline } from './localOnline';
import { Materialiser, type MaterialiseOptions } from './materialiser';
import { onlineTarget, type OnlineStore } from './onlineStore';
import { Pusher, type RowComputer } from './pusher';
import { PushLog, type PushedFile } from './pushLog';
import { readOnline } from './reader';
import { readPlan, type MakeOnDemand, type ReadPlan } from './readPlan';
import { RedisOnline } from './redisOnline';
import { RequestLog, type ServedRow, type Version } from './requestLog';
import type { RowSource } from './rowSource';

/** Plans of requests that are kept. */
const PLANS = 200;

export interface OnlinePorts {
  readonly db: Database;
  /** Where rows that were pushed are kept; absolute. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Another one each time that modelyard.yaml is; cheap. */
  readonly stamp: () => string;
  /** `online_store` of modelyard.yaml. */
  readonly config: () => Promise<OnlineStoreConfig>;
  /** What is asked for, with the versions it is of. @throws ModelyardError `not-found`, `params.invalid` */
  readonly select: (asked: Omit<OnlineRequest, 'entities'>) => Promise<FeatureSelection>;
  /** Batch views as modelyard.yaml has them, and versions that somebody still uses; `views`: only those that are named. */
  readonly versions: (views?: readonly string[]) => Promise<Servable>;
  readonly rows: RowSource;
  /** See `Materialiser`. */
  readonly sourceStamp: (version: FeatureViewVersion) => Promise<string | undefined>;
  readonly compute: RowComputer;
  readonly onDemand: MakeOnDemand;
  readonly changed?: (version: FeatureViewVersion) => void;
  /** ms since 1970 */
  readonly now?: () => number;
}

/** The online half of the feature store: values of features, kept where they can be asked for at once. */
export class OnlineFeatures {
  private readonly ports: OnlinePorts;
  private readonly now: () => number;
  private readonly runs: MaterialisationStore;
  private readonly pushLog: PushLog;
  private readonly requests: RequestLog;
  private readonly materialiser: Materialiser;
  private readonly pusher: Pusher;
  private readonly plans = new Map<string, ReadPlan>();
  private stamp = '';
  /** Of a modelyard.yaml that is wrong. */
  private wrong: string | undefined;
  private opened: Promise<OnlineStore> | undefined;
  private store: { readonly key: string; readonly store: OnlineStore } | undefined;

  constructor(ports: OnlinePorts) {
    this.ports = ports;
    this.now = ports.now ?? (() => Date.now());
    this.runs = new MaterialisationStore(ports.db);
    this.pushLog = new PushLog(ports.db, ports.folder);
    this.requests = new RequestLog(ports.db, this.now);
    const { rows, sourceStamp: stampOf, compute, changed } = ports;
    this.materialiser = new Materialiser({
      runs: this.runs,
      rows,
      stampOf,
      now: this.now,
      ...(changed && { changed }),
    });
    this.pusher = new Pusher({ log: this.pushLog, compute, now: this.now });
  }

  /** Before anything else: says what an engine left that was killed. */
  recover(): void {
    this.runs.recover(this.now());
  }

  /**
   * Brings rows of sources into the online store; without a range those that it has not got yet. What one view fails with is
   * thrown when all others have ended.
   * @throws ModelyardError `not-found`, `params.invalid`, `data.*`, `remote.unreachable`, `cancelled`: nothing counts as done
   */
  async materialise(
    asked: Omit<MaterialiseOptions, 'store'> & { readonly views?: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly Materialisation[]> {
    const { views, ...range } = asked;
    const { versions, failures } = await this.ports.versions(views);
    const made = await this.materialiser.run(versions, { ...range, store: await this.current() }, signal);
    if (failures[0]) throw failures[0].error;
    return made;
  }

  /** @throws ModelyardError `not-found`, `params.invalid`, `remote.unreachable` */
  async get(request: OnlineRequest): Promise<OnlineAnswer> {
    const plan = await this.plan(request);
    const served = this.requests.sample();
    return readOnline(request, {
      plan,
      store: await this.current(),
      now: this.now(),
      ...(served && { served: ({ target }, key, values) => served(target, key, values) }),
    });
  }

  /** @throws ModelyardError `not-found`, `params.invalid`, `data.column`, `remote.unreachable`: then nothing was taken */
  async push({ view, ...push }: PushRequest): Promise<PushReport> {
    const { versions, failures } = await this.ports.versions([view]);
    if (failures[0]) throw failures[0].error;
    const [version, ...others] = versions.filter(one => one.view === view);
    if (!version && versions.length > 0) throw computedOnRequest(view); // these are the ones that it uses
    if (!version) throw new ModelyardError('not-found', `There is no feature view ${view}.`);
    const pushable = others.filter(({ definition }) => definition.kind === 'batch' && definition.push);
    return this.pusher.push({ ...push, version, others: pushable, store: await this.current() });
  }

  /** ms since 1970, of the newest event that was pushed and kept for training. */
  pushedTo(view: string): number | undefined {
    const newest = this.pushLog.newest(view);
    return newest === undefined ? undefined : newest / 1000;
  }

  /** The file that a view's source is continued by; undefined: nothing was pushed for training. */
  pushedFile(view: string): PushedFile | undefined {
    return this.pushLog.file(view);
  }

  /** A sample of what was answered of a version: see `keyCells` for the keys. */
  served(version: Version, range: { readonly limit: number }): readonly ServedRow[] {
    return this.requests.served(version, range);
  }

  /** How many entities have values online; undefined: that is not known, as it is of a server. */
  async entities(version: FeatureViewVersion): Promise<number | undefined> {
    const store = await this.current();
    return store.entities?.(onlineTarget(version));
  }

  close(): void {
    this.requests.close();
    this.store?.store.close();
  }

  private async plan({ service, features, fullNames }: OnlineRequest): Promise<ReadPlan> {
    const name = JSON.stringify([service, features, fullNames]);
    await this.refresh();
    const { stamp } = this;
    const known = this.plans.get(name);
    if (known) return known;
    const asked = { service, features, fullNames };
    const selection = await this.ports.select({
      ...(service !== undefined && { service }),
      ...(features !== undefined && { features }),
      ...(asked.fullNames !== undefined && { fullNames: asked.fullNames }),
    });
    const plan = readPlan(selection, this.ports.onDemand);
    if (this.plans.size >= PLANS) this.plans.clear();
    if (stamp === this.stamp) this.plans.set(name, plan);
    return plan;
  }

  /**
   * Forgets what follows from a modelyard.yaml that there is no more. While the file is wrong, as it is half-way through an edit,
   * what was asked for before is answered as before: models that are served do not depend on who writes in it.
   */
  private async refresh(): Promise<void> {
    const stamp = this.ports.stamp();
    if (stamp === this.stamp || stamp === this.wrong) return;
    if (this.opened !== undefined && (await this.isWrong())) {
      this.wrong = stamp;
      return;
    }
    this.stamp = stamp;
    this.wrong = undefined;
    this.plans.clear();
    this.opened = undefined;
  }

  private async isWrong(): Promise<boolean> {
    try {
      await this.ports.config();
      return false;
    } catch (error) {
      return error instanceof ModelyardError && error.code === 'config.invalid';
    }
  }

  private async current(): Promise<OnlineStore> {
    await this.refresh();
    this.opened ??= this.open();
    return this.opened;
  }

  private async open(): Promise<OnlineStore> {
    try {
      const config = await this.ports.config();
      const key = JSON.stringify(config);
      if (this.store?.key === key) return this.store.store;
      this.store?.store.close();
      const { db, env } = this.ports;
      const store = config.kind === 'redis' ? new RedisOnline({ config, env, now: this.now }) : new LocalOnline(db);
      this.store = { key, store };
      return store;
    } catch (error) {
      this.opened = undefined;
      throw error;
    }
  }
}

const computedOnRequest = (view: string): ModelyardError =>
  new ModelyardError('params.invalid', `Rows cannot be pushed to ${view}.`, {
    fix: 'It is computed when it is asked for: push to the views that it uses.',
  });
