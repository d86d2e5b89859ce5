import type { RunSummary } from '../../../engine/protocol/tracking';
import { short } from '../../shared/format';
import { t } from '../../shared/l10n';

/** Key and the value of each run: parameters, then what they were made from. */
export function comparedValues(runs: readonly RunSummary[], differencesOnly: boolean): readonly (readonly string[])[] {
  const keys = [...new Set(runs.flatMap(({ params }) => Object.keys(params)))].sort();
  const rows = [
    ...keys.map(key => [key, ...runs.map(({ params }) => params[key] ?? '–')]),
    [
      t('data version'),
      ...runs.map(
        ({ inputs }) =>
          [...new Set(inputs.map(({ dataset, digest }) => `${dataset} ${short(digest)}`))].join(', ') || '–',
      ),
    ],
    [t('commit'), ...runs.map(({ tags }) => short(tags['mlflow.source.git.commit'] ?? '–'))],
  ];
  return differencesOnly ? rows.filter(([, ...values]) => new Set(values).size > 1) : rows;
}
