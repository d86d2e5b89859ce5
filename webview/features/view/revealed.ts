/** Brings a part of the page into sight, for the keyboard as well. */
export function revealed(element: HTMLElement | undefined): void {
  if (!element) return;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'nearest' });
}
