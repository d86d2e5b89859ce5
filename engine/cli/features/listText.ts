import type { Colors } from 'picocolors/types';
import type { Place } from '../../protocol/errors';
import type { AppliedFeatures, FeatureConsumers, FeatureList, FeatureViewSummary } from '../../protocol/features';
import { timeText } from '../text/numbers';
import { plural } from '../../plural';
import { tableText } from '../text/table';

export function listText({ views, services }: FeatureList, colors: Colors): string {
  if (views.length === 0) return 'No feature views. Declare one under `features:` of modelyard.yaml.\n';
  const titles = ['feature view', 'version', 'of', 'features', 'source', 'newest event', 'online up to', 'used by'];
  const rows = views.map(view => [
    view.name,
    versionWord(view),
    view.kind === 'on-demand' ? 'requests' : view.entities.join(', '),
    String(view.features.length),
    view.source ?? (view.push ? 'pushed' : ''),
    view.freshness.newestEvent === undefined ? '' : timeText(view.freshness.newestEvent),
    view.freshness.materialisedTo === undefined ? '' : timeText(view.freshness.materialisedTo),
    usedBy(view.consumers),
  ]);
  const problems = views.flatMap(({ problem, problemAt }) =>
    problem === undefined ? [] : [`${colors.red('✗')} ${problemText(problem, problemAt)}\n`],
  );
  const head = titles.map(title => colors.bold(title));
  return tableText([head, ...rows]) + servicesText(services, colors) + problems.join('');
}

/** `v2`, `v1–v3, gone`, `new` */
function versionWord({ version, versions, place, problem }: FeatureViewSummary): string {
  if (place === undefined) return versions === 1 ? 'v1, gone' : `v1–v${versions}, gone`;
  if (problem !== undefined) return '✗';
  return version === undefined ? 'new' : `v${version}`;
}

export function usedBy({ services, models, endpoints }: FeatureConsumers): string {
  const counted = [
    services.length === 0 ? '' : services.join(', '),
    models.length === 0 ? '' : plural(models.length, 'model version'),
    endpoints.length === 0 ? '' : plural(endpoints.length, 'endpoint'),
  ];
  return counted.filter(text => text !== '').join('; ');
}

function servicesText(services: FeatureList['services'], colors: Colors): string {
  if (services.length === 0) return '';
  const head = ['service', 'features', 'models'].map(title => colors.bold(title));
  const rows = services.map(({ name, features, models }) => [
    name,
    features.join(', '),
    models.map(({ model, version }) => `${model} ${version}`).join(', '),
  ]);
  return `\n${tableText([head, ...rows])}`;
}

/** With the place: `modelyard.yaml:17:5: …` */
export const problemText = (problem: string, at: Place | undefined): string =>
  at?.line === undefined ? problem : `${at.file}:${at.line}:${at.column ?? 1}: ${problem}`;

export function appliedText({ views }: AppliedFeatures, colors: Colors): string {
  if (views.length === 0) return 'No feature views. Declare one under `features:` of modelyard.yaml.\n';
  return tableText(
    views.map(({ view, version, isNew, problem, problemAt }) => {
      if (problem !== undefined) return [colors.red('✗'), view, '', problemText(problem, problemAt)];
      return [colors.green('✓'), view, `v${version ?? ''}`, isNew ? 'new' : 'as before'];
    }),
  );
}
