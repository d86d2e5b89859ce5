import type { Child } from './dom';
import { h } from './dom';
import { placeAt } from './menu';

export interface PopupOptions {
  readonly label: string;
  readonly anchor: Element;
  readonly content: (close: () => void) => readonly Child[];
  /** Also when it is closed by Escape or a click elsewhere. */
  readonly onClose?: () => void;
}

/** A small dialog at its anchor. Escape and a click elsewhere close it; the focus goes back where it was. */
export function openPopup({ label, anchor, content, onClose }: PopupOptions): () => void {
  const before = document.activeElement;
  let isOpen = true;
  const popup = h('div', { class: 'popup', role: 'dialog', attrs: { 'aria-label': label } });
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    document.removeEventListener('pointerdown', away, true);
    popup.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    onClose?.();
  };
  const away = (event: Event): void => {
    if (!(event.target instanceof Node && (popup.contains(event.target) || isMenu(event.target)))) close();
  };
  popup.addEventListener('keydown', event => {
    event.stopPropagation();
    if (event.key === 'Escape' && !event.defaultPrevented) close();
  });
  document.addEventListener('pointerdown', away, true);
  const children = content(close);
  for (const child of children) if (child instanceof Node) popup.append(child);
  document.body.append(popup);
  const box = anchor.getBoundingClientRect();
  placeAt(popup, box.left, box.bottom + 2);
  return close;
}

const isMenu = (target: Node): boolean =>
  target instanceof Element && target.closest('.popup-menu, .suggestions') !== null;
