/** The only file that knows the toolkit: `@vscode-elements/elements` has the same tags and can take its place here. */
import {
  Checkbox,
  Dropdown,
  Panels,
  provideVSCodeDesignSystem,
  TextArea,
  TextField,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeTag,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { Child, Props } from './dom';
import { h } from './dom';
import { t } from './l10n';

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodePanels(),
  vsCodePanelTab(),
  vsCodePanelView(),
  vsCodeProgressRing(),
  vsCodeTag(),
  vsCodeTextArea(),
  vsCodeTextField(),
);

export interface ButtonOptions {
  readonly label: string;
  readonly onClick: () => unknown;
  /** Default: secondary. */
  readonly look?: 'primary' | 'secondary';
  readonly title?: string;
  readonly disabled?: boolean;
}

export function button({ label, onClick, look = 'secondary', title, disabled = false }: ButtonOptions): HTMLElement {
  const props: Props = {
    attrs: { appearance: look, disabled },
    on: { click: () => void onClick() },
    ...(title !== undefined && { title }),
  };
  return h('vscode-button', props, label);
}

export interface ToggleOptions {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly title?: string;
}

export function checkbox({ label, checked, onChange, title }: ToggleOptions): HTMLElement {
  const element = h('vscode-checkbox', { attrs: { checked, 'current-checked': checked } }, label);
  if (title !== undefined) element.title = title;
  element.addEventListener('change', () => {
    if (element instanceof Checkbox) onChange(element.checked);
  });
  return element;
}

export interface ChoiceOptions {
  /** For screen readers; show it beside the list where it is not clear. */
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The list itself knows the options by their places: it would take one with an empty value for the chosen one, always. */
export function dropdown({ label, options, value, onChange }: ChoiceOptions): HTMLElement {
  const element = h(
    'vscode-dropdown',
    { attrs: { 'aria-label': label } },
    options.map((option, at) =>
      h('vscode-option', { attrs: { value: `option-${at}`, selected: option.value === value } }, option.text),
    ),
  );
  element.addEventListener('change', () => {
    const chosen = element instanceof Dropdown ? options[element.selectedIndex] : undefined;
    if (chosen) onChange(chosen.value);
  });
  return element;
}

export interface TextFieldOptions {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly class?: string;
  readonly onInput?: (value: string) => void;
  /** Enter was pressed, or the focus left it. */
  readonly onCommit?: (value: string) => void;
  readonly onCancel?: () => void;
  /** More than one line; then only Ctrl+Enter and leaving it commit. */
  readonly multiline?: boolean;
}

export function textField(options: TextFieldOptions): HTMLElement {
  const tag = options.multiline ? 'vscode-text-area' : 'vscode-text-field';
  const element = h(tag, {
    ...(options.class !== undefined && { class: options.class }),
    attrs: { 'aria-label': options.label, placeholder: options.placeholder, value: options.value },
  });
  const value = (): string => (element instanceof TextField || element instanceof TextArea ? element.value : '');
  if (element instanceof TextArea) element.value = options.value;
  let isOver = false;
  const commit = (): void => {
    if (isOver) return;
    options.onCommit?.(value());
  };
  element.addEventListener('input', () => options.onInput?.(value()));
  element.addEventListener('change', commit);
  element.addEventListener('keydown', event => {
    const isEnd = event.key === 'Enter' && (!options.multiline || event.ctrlKey || event.metaKey);
    const isCancel = event.key === 'Escape' && options.onCancel !== undefined;
    if (!isEnd && !isCancel) return;
    event.preventDefault(); // or it would press the button that gets the focus now
    if (isEnd) commit();
    else {
      isOver = true;
      options.onCancel?.();
    }
  });
  return element;
}

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly content: HTMLElement;
}

export interface TabsOptions {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly active: string;
  /** Also called for the first one. */
  readonly onShow: (id: string) => void;
}

/** Tabs with their contents. */
export function tabs({ label, tabs: list, active, onShow }: TabsOptions): HTMLElement {
  const element = h(
    'vscode-panels',
    { attrs: { 'aria-label': label, activeid: `tab-${active}` } },
    list.map(({ id, title }) => h('vscode-panel-tab', { attrs: { id: `tab-${id}` } }, title)),
    list.map(({ id, content }) => h('vscode-panel-view', { attrs: { id: `view-${id}` } }, content)),
  );
  let shown = '';
  const show = (): void => {
    const id = element instanceof Panels ? element.activeid.replace(/^tab-/, '') : active;
    if (id === shown) return;
    shown = id;
    element.querySelector(`#tab-${id}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    onShow(id);
  };
  element.addEventListener('change', show);
  queueMicrotask(show);
  return element;
}

export const tag = (text: string): HTMLElement => h('vscode-tag', null, text);

export const busy = (label = t('Loading…')): HTMLElement =>
  h('div', { class: 'busy', role: 'status' }, h('vscode-progress-ring', { attrs: { 'aria-label': label } }), label);

/** A place with nothing in it: says what is missing, and what would fill it. */
export const emptyState = (title: string, hint: string, ...actions: readonly Child[]): HTMLElement =>
  h(
    'div',
    { class: 'empty' },
    h('p', { class: 'empty-title' }, title),
    h('p', null, hint),
    h('div', { class: 'row' }, actions),
  );

/** An error where the content would be; `more` says where it is, or what to do. */
export const failure = (error: unknown, ...more: readonly Child[]): HTMLElement =>
  h('div', { class: 'failure', role: 'alert' }, error instanceof Error ? error.message : String(error), ...more);
