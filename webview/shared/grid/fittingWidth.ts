import { h } from '../dom';

const most = 640;

/** As wide as the widest cell of the column that is in the document, the header among them. */
export function fittingWidth(inside: Element): number {
  const grid = inside.closest<HTMLElement>('.grid');
  const column = inside.closest<HTMLElement>('.grid-cell')?.dataset['column'];
  if (!grid || column === undefined) return 0;
  const copies = [...grid.querySelectorAll(`.grid-cell[data-column="${column}"]`)].map(cell => cell.cloneNode(true));
  const place = h('div', { class: 'grid-measure', attrs: { 'aria-hidden': true, inert: true } });
  place.append(...copies);
  grid.append(place);
  const width = Math.ceil(place.getBoundingClientRect().width);
  place.remove();
  return Math.min(most, Math.max(60, width + 2));
}
