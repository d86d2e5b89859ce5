import type { Child } from './dom';
import { h, setAttribute } from './dom';

/** Scrolls what does not fit; only then it can be reached with Tab, so that the arrows scroll it. */
export function scrollBox(label: string, child: Child): HTMLElement {
  const box = h('div', { class: 'scroll' }, child);
  new ResizeObserver(() => {
    const overflows = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    setAttribute(box, 'tabindex', overflows ? 0 : undefined);
    setAttribute(box, 'role', overflows ? 'region' : undefined);
    setAttribute(box, 'aria-label', overflows ? label : undefined);
  }).observe(box);
  return box;
}
