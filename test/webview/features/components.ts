import type { ButtonOptions, ChoiceOptions, ToggleOptions } from '../../../webview/shared/components';
import type { Child } from '../../../webview/shared/dom';
import { h } from '../../../webview/shared/dom';

/** Plain elements in the place of the toolkit's, which need more of a browser than the tests have. */
export const button = ({ label, onClick, disabled = false }: ButtonOptions): HTMLElement =>
  h('button', { attrs: { disabled }, on: { click: () => void onClick() } }, label);

export function dropdown({ label, options, value, onChange }: ChoiceOptions): HTMLElement {
  const element = h(
    'select',
    { attrs: { 'aria-label': label } },
    options.map(one => h('option', { attrs: { value: one.value, selected: one.value === value } }, one.text)),
  );
  element.addEventListener('change', () => {
    if (element instanceof HTMLSelectElement) onChange(element.value);
  });
  return element;
}

export const checkbox = ({ label, onChange }: ToggleOptions): HTMLElement =>
  h('button', { on: { click: () => onChange(true) } }, label);

export const emptyState = (...children: readonly Child[]): HTMLElement => h('div', { class: 'empty' }, children);

export const failure = (error: unknown): HTMLElement => h('div', null, String(error));

export const busy = (label: string): HTMLElement => h('div', null, label);
