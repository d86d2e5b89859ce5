import type { PageState } from '../shared/state';
import { throttled } from '../shared/throttled';

/** Remembers where a table is scrolled to; what is returned scrolls there again. */
export function keepScroll(element: HTMLElement, state: PageState): () => void {
  const keep = throttled(300, () => state.set('scroll', { top: element.scrollTop, left: element.scrollLeft }));
  const { top = 0, left = 0 } = state.numbers('scroll');
  element.addEventListener('scroll', keep, { passive: true });
  return () => {
    element.scrollTop = top;
    element.scrollLeft = left;
  };
}
