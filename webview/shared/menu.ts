import { h } from './dom';

export interface MenuItem {
  readonly label: string;
  readonly onClick: () => void;
  /** Given: it can be on or off. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** Said beside it: a key. */
  readonly hint?: string;
}

export interface MenuOptions {
  readonly label: string;
  /** Groups with lines between them. */
  readonly groups: readonly (readonly MenuItem[])[];
  /** Where it opens, and what gets the focus afterwards. */
  readonly anchor: Element;
  readonly x?: number;
  readonly y?: number;
}

/** Opens a menu; arrows and letters lead through it, Enter chooses, Escape and a click elsewhere close it. */
export function openMenu({ label, groups, anchor, x, y }: MenuOptions): void {
  const before = document.activeElement;
  const items = groups.filter(group => group.length > 0);
  const menu = h(
    'div',
    { class: 'popup-menu', role: 'menu', attrs: { 'aria-label': label } },
    items
      .map((group, index) => [
        index > 0 && h('div', { class: 'menu-line', role: 'separator' }),
        ...group.map(item => itemOf(item, close)),
      ])
      .flat(),
  );
  function close(chosen?: MenuItem): void {
    document.removeEventListener('pointerdown', away, true);
    window.removeEventListener('blur', leave);
    menu.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    chosen?.onClick();
  }
  const leave = (): void => close();
  const away = (event: Event): void => {
    if (!(event.target instanceof Node && menu.contains(event.target))) close();
  };
  menu.addEventListener('keydown', event => {
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (!lead(menu, event.key)) return;
    event.preventDefault();
  });
  document.addEventListener('pointerdown', away, true);
  window.addEventListener('blur', leave);
  document.body.append(menu);
  const box = anchor.getBoundingClientRect();
  placeAt(menu, x ?? box.left, y ?? box.bottom);
  buttons(menu)[0]?.focus({ preventScroll: true });
}

function itemOf(item: MenuItem, close: (chosen: MenuItem) => void): HTMLElement {
  const { label, checked, disabled = false, hint } = item;
  return h(
    'button',
    {
      class: 'menu-item',
      role: checked === undefined ? 'menuitem' : 'menuitemcheckbox',
      attrs: {
        type: 'button',
        tabindex: -1,
        disabled,
        'aria-checked': checked === undefined ? undefined : String(checked),
      },
      on: { click: () => close(item) },
    },
    h('span', { class: 'menu-check', attrs: { 'aria-hidden': true } }, checked === true ? '✓' : ''),
    h('span', { class: 'menu-label' }, label),
    hint !== undefined && h('span', { class: 'menu-hint muted', attrs: { 'aria-hidden': true } }, hint),
  );
}

const buttons = (menu: Element): readonly HTMLButtonElement[] => [
  ...menu.querySelectorAll<HTMLButtonElement>('button:not(:disabled)'),
];

function lead(menu: Element, key: string): boolean {
  const all = buttons(menu);
  const at = all.findIndex(button => button === document.activeElement);
  const letter = key.length === 1 && key !== ' ' ? key.toLowerCase() : undefined;
  const begins = (button: HTMLElement): boolean =>
    letter !== undefined &&
    (button.querySelector('.menu-label')?.textContent.toLowerCase().startsWith(letter) ?? false);
  const behind = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  const to =
    {
      ArrowDown: all[(at + 1) % all.length],
      ArrowUp: all[(at - 1 + all.length) % all.length],
      Home: all[0],
      End: all.at(-1),
    }[key] ?? behind.find(begins);
  to?.focus({ preventScroll: true });
  return to !== undefined;
}

/** At the point, moved as far as it must be to stay on the page. */
export function placeAt(element: HTMLElement, x: number, y: number): void {
  const { offsetWidth: width, offsetHeight: height } = element;
  element.style.left = `${Math.max(4, Math.min(x, document.documentElement.clientWidth - width - 4))}px`;
  element.style.top = `${Math.max(4, Math.min(y, document.documentElement.clientHeight - height - 4))}px`;
}
