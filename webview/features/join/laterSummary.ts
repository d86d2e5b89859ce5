import type { JoinPreview } from '../../../engine/protocol/featureJoins';
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { linkButton } from '../../shared/linkButton';
import { rowsCount } from '../words';
import type { JoinView } from './joinToolbar';

/** Features that are named. */
const most = 6;

type Told = Pick<JoinPreview, 'columns' | 'sources'>;

/** What would change if what became known later counted, as it does for whoever joins without asking; or that nobody can tell. */
export function laterSummary(
  { columns, sources }: Told,
  { mode }: JoinView,
  show: () => void,
): HTMLElement | undefined {
  if (mode !== 'known') return undefined;
  const changed = columns
    .filter(({ changedByLater }) => changedByLater > 0)
    .toSorted((a, b) => b.changedByLater - a.changedByLater);
  const silent = sources.filter(({ tellsKnown }) => !tellsKnown).map(({ view }) => view);
  const parts = [
    ...(changed.length > 0
      ? [t('What became known later would change {0}.', changedText(changed)), linkButton(t('Show these rows'), show)]
      : silent.length < sources.length
        ? [t('What became known later would change no value.')]
        : []),
    ...(silent.length > 0
      ? [
          t(
            'Without `created_time` nothing says when rows of {0} became known: corrections count as if they had always been there.',
            silent.join(', '),
          ),
        ]
      : []),
  ];
  return h(
    'p',
    { class: changed.length > 0 ? 'later-summary join-leak' : 'later-summary muted' },
    parts.flatMap((part, at) => (at > 0 ? [' ', part] : [part])),
  );
}

/** `grade in 12 rows, income in 1 row and 3 more features` */
function changedText(changed: JoinPreview['columns']): string {
  const named = changed
    .slice(0, most)
    .map(({ column, changedByLater }) => t('{0} in {1}', column, rowsCount(changedByLater)));
  const left = changed.length - named.length;
  if (left === 0) return named.join(', ');
  return t('{0} and {1} more features', named.join(', '), left);
}
