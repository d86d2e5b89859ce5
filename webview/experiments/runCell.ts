import type { RunSummary } from '../../engine/protocol/tracking';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { RunSlot } from '../shared/runColours';
import { runColourVariable } from '../shared/runColours';

export const starTag = 'modelyard.starred';

export interface RunCellState {
  /** Its colour. */
  readonly slot: RunSlot;
  readonly isTicked: boolean;
  readonly isBaseline: boolean;
  readonly onTick: (isRange: boolean) => void;
  readonly onBaseline: () => void;
  readonly onStar: () => void;
  readonly onOpen: () => void;
}

export const isStarred = ({ tags }: Pick<RunSummary, 'tags'>): boolean => tags[starTag] === 'true';

/** The pinned cell: tick to compare, dot to make it the baseline, star to find it again, name to open. */
export function runCell(run: RunSummary, state: RunCellState): HTMLElement[] {
  const { slot, isTicked, isBaseline, onTick, onBaseline, onStar, onOpen } = state;
  const name = `r-${run.number} ${run.name}`;
  const tick = h('input', {
    attrs: { type: 'checkbox', tabindex: -1, checked: isTicked, 'aria-label': t('Compare {0}', name) },
  });
  tick.addEventListener('click', event => onTick(event.shiftKey));
  const says = isBaseline ? t('{0} is the baseline; click for none', name) : t('Make {0} the baseline', name);
  const dot = h('button', {
    class: 'baseline',
    style: { '--run': `var(${runColourVariable(slot)})` },
    title: says,
    attrs: { type: 'button', tabindex: -1, 'aria-pressed': String(isBaseline), 'aria-label': says },
    on: { click: onBaseline },
  });
  const isStar = isStarred(run);
  const star = h(
    'button',
    {
      class: 'star',
      title: isStar ? t('Take the star away') : t('Star'),
      attrs: { type: 'button', tabindex: -1, 'aria-pressed': String(isStar), 'aria-label': t('Star {0}', name) },
      on: { click: onStar },
    },
    isStar ? '★' : '☆',
  );
  const open = h('button', {
    class: 'link run-name',
    title: t('Open {0}', name),
    attrs: { type: 'button', tabindex: -1 },
    on: { click: onOpen },
  });
  open.append(h('span', { class: 'muted' }, `r-${run.number} `), run.name);
  return [tick, dot, open, star];
}
