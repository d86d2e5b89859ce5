import { readFeatureReference } from '../../featureReference';
import type { Names } from '../../named';
import { didYouMean, suggest } from '../../suggest';
import type { Problem } from '../../yaml/problem';

/** How many versions a view has; undefined: it is not known. */
export type VersionsOf = (view: string) => Promise<number | undefined>;

/** Versions that no view has yet. Only warned: they are in this workspace's database, and not in the file. */
export async function versionProblems(names: Names, versionsOf: VersionsOf): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const counts = new Map<string, number | undefined>();
  const users = [
    ...[...names.views.values()].map(({ name, uses }) => ({ key: `features.${name}.uses`, words: uses })),
    ...[...names.services.values()].map(({ name, features }) => ({
      ...{ key: `feature_services.${name}.features`, words: features },
    })),
  ];
  for (const { key, words } of users)
    for (const { start, end, value } of words) {
      const { view, version } = readFeatureReference(value) ?? {};
      if (view === undefined || version === undefined) continue;
      if (!counts.has(view)) counts.set(view, await versionsOf(view));
      const count = counts.get(view);
      if (count === undefined || version <= count) continue;
      const has =
        count === 0
          ? 'no version yet: `modelyard features apply` records the first'
          : count === 1
            ? 'only version 1'
            : `versions 1 to ${count}`;
      const isGone = !names.views.has(view) && count === 0;
      const message = isGone
        ? `\`${value}\`: there is no feature view \`${view}\`, and never was one here.${didYouMean(suggest(view, [...names.views.keys()]))}`
        : `\`${value}\`: feature view \`${view}\` has ${has}.`;
      problems.push({ start, end, severity: 'warning', code: 'unknown-version', message, key });
    }
  return problems;
}
