import { ModelyardError, isAbort } from '../../errors';
import type { FeatureAlert, FeatureCheck, FeatureSkew, FeatureStatistics } from '../../protocol/featureMonitoring';
import type { FeatureViewVersion } from '../../protocol/features';
import type { FeatureJoins } from '../offline/featureJoins';
import type { FeatureService } from '../service';
import { referenceText } from '../definition/reference';
import { alertsOf } from './alerts';
import type { MonitorStore } from './monitorStore';
import { skewOf, type SkewPorts } from './skew';
import type { WatchedView } from './watchedView';

export interface MonitorPorts {
  readonly service: FeatureService;
  readonly joins: FeatureJoins;
  readonly store: MonitorStore;
  readonly served: SkewPorts['served'];
  readonly changed: (views: readonly string[]) => void;
  readonly now?: () => number;
}

type Progress = (fraction: number) => void;

/** Watches the values of feature views: how they are distributed, how old they are, whether serving has what training has. */
export class FeatureMonitoring {
  constructor(private readonly ports: MonitorPorts) {}

  /** As last computed. `view`: `loans`, or `loans@v2`. @throws ModelyardError `not-found` */
  async statistics({
    view,
    feature,
  }: {
    readonly view: string;
    readonly feature?: string;
  }): Promise<readonly FeatureStatistics[]> {
    const version = await this.ports.service.known(view);
    const all = version ? this.ports.store.statistics(version) : [];
    return feature === undefined ? all : all.filter(one => one.feature === feature);
  }

  /** Those that stand. */
  alerts(version: Pick<FeatureViewVersion, 'view' | 'version'>): readonly FeatureAlert[] {
    return this.ports.store.alerts(version);
  }

  /**
   * Computes views anew and judges them; without names all batch views of modelyard.yaml. Alerts that no longer hold end. One that
   * fails does not keep others from being checked.
   * @throws ModelyardError `config.invalid`, `cancelled`; what the first has failed with when none could be checked
   */
  async check(
    { views }: { readonly views?: readonly string[] },
    progress: Progress,
    signal: AbortSignal,
  ): Promise<FeatureCheck> {
    const { service, changed } = this.ports;
    const { watched, failures: unknown } = await service.watched(views);
    const failures = [...unknown];
    const statistics: FeatureStatistics[] = [];
    const skew: FeatureSkew[] = [];
    const alerts: FeatureAlert[] = [];
    for (const [index, one] of watched.entries()) {
      try {
        const found = await this.one(one, part => progress((index + part) / watched.length), signal);
        statistics.push(...found.statistics);
        skew.push(...found.skew);
      } catch (error) {
        if (!(error instanceof ModelyardError) || isAbort(error)) throw error;
        failures.push({ view: referenceText(one.version), error });
      }
      alerts.push(...this.alerts(one.version));
    }
    changed(watched.map(({ version }) => version.view));
    if (statistics.length === 0 && failures[0]) throw failures[0].error;
    return { statistics, skew, alerts, failures: failures.map(({ view, error }) => ({ view, error: error.toWire() })) };
  }

  private async one(
    { version, monitor, consumers }: WatchedView,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Pick<FeatureCheck, 'statistics' | 'skew'>> {
    const { joins, store, served, now = Date.now } = this.ports;
    const { view, version: number, definition } = version;
    const name = referenceText({ view, version: number });
    const { statistics, newestEvent } = await joins.compute({ view: name, limit: 0 }, progress, signal);
    const skew = await skewOf(version, { served, join: (...asked) => joins.rowsOf(...asked) }, signal);
    const ttl = definition.kind === 'batch' ? definition.ttl : undefined;
    const windows = definition.features.flatMap(one => (one.from.kind === 'window' ? [one.name] : []));
    const found = alertsOf({
      windows: new Set(windows),
      ...{ name, monitor, statistics, skew, consumers, now: now() },
      ...(ttl !== undefined && { ttl }),
      ...(newestEvent !== undefined && { newestEvent }),
      hasTimes: definition.kind === 'batch' && definition.event_time !== undefined,
    });
    store.settle(version, found, now());
    return { statistics, skew };
  }
}
