import type { ButtonOptions, ChoiceOptions } from '../../../webview/shared/components';
import type { Child } from '../../../webview/shared/dom';
import { h } from '../../../webview/shared/dom';

/** Plain elements in the place of the toolkit's, which need more of a browser than the tests have. */
export const button = ({ label, onClick, disabled = false }: ButtonOptions): HTMLElement =>
  h('button', { class: 'button', attrs: { disabled }, on: { click: () => void onClick() } }, label);

export const dropdown = ({ label }: ChoiceOptions): HTMLElement => h('select', { attrs: { 'aria-label': label } });

export const emptyState = (...children: readonly Child[]): HTMLElement => h('div', null, children);

export const failure = (error: unknown): HTMLElement => h('div', null, String(error));

export const busy = (): HTMLElement => h('div');

export const checkbox = (): HTMLElement => h('div');
