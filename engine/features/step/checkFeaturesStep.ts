import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { plural } from '../../plural';
import type { WireError } from '../../protocol/errors';
import type { FeatureCheck } from '../../protocol/featureMonitoring';
import type { FeatureStepRunner } from '../../protocol/jobs';
import { judged } from '../monitor/alerts';
import type { FeatureMonitoring } from '../monitor/monitor';

const reportFile = 'feature_check.json';

/** The step `uses: check-features`: what a check has found becomes metrics of the run, which a trigger can look at. */
export const createCheckFeaturesStep =
  (monitoring: Pick<FeatureMonitoring, 'check'>): FeatureStepRunner<'check-features'> =>
  async ({ views, fail_on_alert: fails }, context) => {
    const found = await monitoring.check(
      views ? { views } : {},
      fraction => context.progress('Checking features', fraction),
      context.signal,
    );
    await writeFile(path.join(context.workDir, reportFile), `${JSON.stringify(found)}\n`);
    for (const { error } of found.failures) context.log(`error: ${error.message}`);
    for (const { message } of found.alerts) context.log(`${fails ? 'error' : 'warning'}: ${message}`);
    const checked = new Set(found.statistics.map(({ view }) => view));
    const alerts = plural(found.alerts.length, 'alert');
    const error = found.failures[0]?.error ?? (fails ? alertError(found) : undefined);
    return {
      outputs: [{ kind: 'feature-check', path: reportFile, artifactPath: reportFile }],
      params: { feature_views: [...checked].join(', ') },
      metrics: metricsOf(found),
      tags: {},
      inputs: [],
      summary: `${plural(checked.size, 'feature view')}, ${alerts}`,
      ...(error && { error }),
    };
  };

function alertError({ alerts }: FeatureCheck): WireError | undefined {
  const [first] = alerts;
  return (
    first && {
      code: 'data.check',
      message: `${plural(alerts.length, 'alert')} of features: ${first.message}`,
      fix: 'Mend the data, or train anew; `modelyard features show` names who takes the view.',
      data: { alerts: alerts.length },
    }
  );
}

/** The largest of all features by the name of the measure, and each feature's drift by `feature_drift.VIEW.FEATURE`. */
function metricsOf({ statistics, skew, alerts }: FeatureCheck): Readonly<Record<string, number>> {
  const metrics: Record<string, number> = { feature_alerts: alerts.length };
  const largest = (name: string, value: number): void => {
    metrics[name] = Math.max(metrics[name] ?? 0, value);
  };
  for (const [view, own] of byView(statistics))
    for (const { feature, drift, nulls, rows } of judged(own)) {
      if (rows > 0) largest('feature_null_rate', nulls / rows);
      if (drift === undefined) continue;
      largest('feature_drift', drift);
      metrics[`feature_drift.${view}.${feature}`] = drift;
    }
  for (const { looked, differing } of skew) if (looked > 0) largest('feature_skew', differing / looked);
  return metrics;
}

function byView(statistics: FeatureCheck['statistics']): ReadonlyMap<string, FeatureCheck['statistics']> {
  const views = new Map<string, FeatureCheck['statistics'][number][]>();
  for (const one of statistics) {
    const own = views.get(one.view);
    if (own) own.push(one);
    else views.set(one.view, [one]);
  }
  return views;
}
