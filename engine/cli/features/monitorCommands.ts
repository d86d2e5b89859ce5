import type { Colors } from 'picocolors/types';
import type { FeatureCheck, FeatureStatistics } from '../../protocol/featureMonitoring';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { errorText } from '../text/errorText';
import { longCall } from './longCall';
import { numberText } from '../text/numbers';
import { plural } from '../../plural';
import { tableText } from '../text/table';

/** `modelyard features statistics VIEW`: as last computed. */
export async function statisticsCommand(invocation: Invocation, view: string): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const found = await interruptible(signal =>
    withEngine(place, client => client.call('features/statistics', { view }, { signal }), { signal }),
  );
  answer(invocation, { json: found, text: () => statisticsText(view, found, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard features check [VIEWS]`: 1 when an alert stands, or a view could not be checked. */
export async function checkCommand(invocation: Invocation, views: readonly string[]): Promise<number> {
  const asked = views.length === 0 ? {} : { views };
  const found = await longCall(invocation, 'features/check', asked);
  answer(invocation, { json: found, text: () => checkText(found, invocation.colors.out) });
  return found.alerts.length + found.failures.length > 0 ? exitCodes.failed : exitCodes.ok;
}

const columns = ['feature', 'rows', 'null', 'distinct', 'mean', 'std', 'p50', 'p95', 'drift'];

function statisticsText(view: string, found: readonly FeatureStatistics[], colors: Colors): string {
  const own = found.filter(({ of, window, rows }) => of === 'source' && (window === undefined || rows > 0));
  if (own.length === 0) return `Nothing has been computed of ${view}: modelyard features compute ${view}\n`;
  const rows = own.map(one => [
    one.window === undefined ? one.feature : `  last ${plural(one.window, 'day')}`,
    numberText(one.rows),
    one.rows === 0 ? '' : `${((one.nulls / one.rows) * 100).toFixed(1)} %`,
    numberText(one.distinct),
    ...[one.mean, one.std, one.quantiles?.['p50'], one.quantiles?.['p95'], one.drift].map(value =>
      value === undefined ? '' : numberText(value),
    ),
  ]);
  return tableText([columns.map(title => colors.bold(title)), ...rows]);
}

function checkText({ statistics, skew, alerts, failures }: FeatureCheck, colors: Colors): string {
  const views = new Set(statistics.map(({ view }) => view));
  const looked = skew.reduce((sum, one) => sum + one.looked, 0);
  const differing = skew.reduce((sum, one) => sum + one.differing, 0);
  const lines = [
    ...alerts.map(({ message }) => `${colors.red('✗')} ${message}`),
    ...failures.map(({ error }) => errorText(error, colors).trimEnd()),
    `${alerts.length + failures.length === 0 ? colors.green('✓') : ' '} ${plural(views.size, 'feature view')} checked, ${plural(alerts.length, 'alert')}.`,
    ...(looked === 0
      ? []
      : [`  Of ${plural(looked, 'value')} that were served ${differing} differ from what training would have.`]),
  ];
  return `${lines.join('\n')}\n`;
}
