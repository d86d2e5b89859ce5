import { button } from './components';
import type { Child } from './dom';
import { t } from './l10n';

/** The button below a list that shows its next page; nothing when nothing is left out. */
export const moreButton = (rest: number, page: number, show: () => unknown): Child =>
  rest > 0 && button({ label: t('Show {0} more', Math.min(rest, page)), onClick: show });
