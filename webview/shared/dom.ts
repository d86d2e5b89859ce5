export type Child = Node | string | number | null | undefined | false;

export interface Props {
  readonly class?: string;
  readonly title?: string;
  readonly role?: string;
  /** Attributes such as `aria-label`, `href`; `false` and undefined leave it out, `true` gives an empty one. */
  readonly attrs?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly style?: Readonly<Record<string, string>>;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
}

/** Builds an element; text stays text, whatever it holds: nothing is ever parsed as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props?: Props | null,
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K];
export function h(tag: string, props?: Props | null, ...children: readonly (Child | readonly Child[])[]): HTMLElement;
export function h(
  tag: string,
  props: Props | null = null,
  ...children: readonly (Child | readonly Child[])[]
): HTMLElement {
  const element = document.createElement(tag);
  if (props) applyProps(element, props);
  append(element, children.flat());
  return element;
}

/** Sets the attributes, styles and listeners of an element. */
export function applyProps(element: HTMLElement, props: Props): void {
  if (props.class !== undefined) element.className = props.class;
  if (props.title !== undefined) element.title = props.title;
  if (props.role !== undefined) element.setAttribute('role', props.role);
  for (const [name, value] of Object.entries(props.attrs ?? {})) setAttribute(element, name, value);
  for (const [name, value] of Object.entries(props.style ?? {})) element.style.setProperty(name, value);
  for (const [name, listener] of Object.entries(props.on ?? {})) element.addEventListener(name, listener);
}

/** Absent for `false` and undefined, empty for `true`. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === 'number' ? String(child) : child);
  }
}

/** Replaces everything in an element. */
export function fill(element: Element, ...children: readonly (Child | readonly Child[])[]): void {
  element.replaceChildren();
  append(element, children.flat());
}
