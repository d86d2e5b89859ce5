import type { RegisteredModel } from '../../engine/protocol/registry';
import { button, textField } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { ModelContext } from './context';
import { markdown } from './markdown';
import { when } from './words';

/** What the model is called, what it is for, its tags; all but the name can be changed here. */
export class ModelHeader {
  readonly element = h('header', { class: 'model-header' });
  private readonly facts = h('p', { class: 'muted' });
  private readonly tags = h('div', { class: 'row tags' });
  private readonly description = h('div', { class: 'description' });
  private readonly actions = h('div', { class: 'row' });
  private model: RegisteredModel | undefined;
  private editing: 'tags' | 'description' | undefined;
  private drawn = '';

  constructor(private readonly context: ModelContext) {
    const line = h('div', { class: 'row' }, h('h1', null, context.name), h('span', { class: 'spacer' }), this.actions);
    fill(this.element, line, this.facts, this.tags, this.description);
  }

  update(model: RegisteredModel): void {
    this.model = model;
    const { versions, createdAt } = model;
    const count = versions.length === 1 ? t('1 version') : t('{0} versions', versions.length);
    fill(this.facts, count, ' · ', t('registered '), when(createdAt));
    const key = JSON.stringify([model.description, model.tags, versions.length, this.context.trusted()]);
    if (this.editing !== undefined || key === this.drawn) return;
    this.drawn = key;
    this.draw(model);
  }

  private draw(model: RegisteredModel): void {
    const { context } = this;
    const disabled = !context.trusted();
    fill(
      this.actions,
      button({
        label: t('Promote…'),
        disabled: disabled || model.versions.length === 0,
        onClick: () => context.change('promote'),
      }),
      button({
        label: t('Serve…'),
        disabled: disabled || model.versions.length === 0,
        onClick: () => context.change('serve'),
      }),
      button({
        label: t('Lineage'),
        title: t('What it came from and what came of it'),
        onClick: () => context.act('host/openLineage', { node: model.name }),
      }),
    );
    this.drawTags(model);
    this.drawDescription(model);
  }

  private drawTags({ tags }: RegisteredModel): void {
    const disabled = !this.context.trusted();
    fill(
      this.tags,
      Object.entries(tags).map(([key, value]) =>
        h('span', { class: 'tag' }, value === '' ? key : `${key}: ${value}`, !disabled && this.removeTag(key)),
      ),
      !disabled && edit(t('Add a tag'), t('Add a tag'), () => this.editTag()),
    );
  }

  private removeTag(key: string): HTMLElement {
    const label = t('Take the tag {0} away', key);
    return h(
      'button',
      {
        class: 'remove',
        title: label,
        attrs: { type: 'button', 'aria-label': label },
        on: { click: () => void this.tag({ [key]: null }) },
      },
      '×',
    );
  }

  private tag(tags: Readonly<Record<string, string | null>>): Promise<void> {
    return this.context.act('registry/tag', { name: this.context.name, tags });
  }

  private drawDescription({ description }: RegisteredModel): void {
    const disabled = !this.context.trusted();
    fill(
      this.description,
      description === '' ? disabled && h('p', { class: 'muted' }, t('It is not described.')) : markdown(description),
      !disabled &&
        edit(
          description === '' ? t('Add a description') : t('Edit the description'),
          t('A description, in Markdown'),
          () => this.editDescription(),
        ),
    );
  }

  private editTag(): void {
    this.edit('tags', {
      label: t('Tag as key=value'),
      value: '',
      save: text => {
        const [key = '', ...rest] = text.split('=');
        if (key.trim() === '') return;
        void this.tag({ [key.trim()]: rest.join('=').trim() });
      },
    });
  }

  private editDescription(): void {
    const before = this.model?.description ?? '';
    this.edit('description', {
      label: t('Description, in Markdown'),
      value: before,
      multiline: true,
      save: description => {
        if (description === before) return;
        void this.context.act('registry/describe', { name: this.context.name, description });
      },
    });
  }

  /** Puts a field in the place; Enter (of more lines Ctrl+Enter) or leaving it saves, Escape does not. */
  private edit(part: 'tags' | 'description', options: EditOptions): void {
    const place = this[part];
    this.editing = part;
    const done = (value?: string): void => {
      if (this.editing !== part || !this.model) return;
      this.editing = undefined;
      this.draw(this.model);
      place.querySelector<HTMLElement>('button.edit')?.focus();
      if (value !== undefined) options.save(value);
    };
    const field = textField({
      label: options.label,
      value: options.value,
      placeholder: options.label,
      class: 'edit-field',
      multiline: options.multiline ?? false,
      onCommit: value => done(value),
      onCancel: () => done(),
    });
    field.addEventListener('focusout', () => done());
    fill(place, field);
    requestAnimationFrame(() => field.focus());
  }
}

interface EditOptions {
  readonly label: string;
  readonly value: string;
  readonly multiline?: boolean;
  readonly save: (value: string) => void;
}

const edit = (text: string, title: string, onClick: () => void): HTMLElement =>
  h('button', { class: 'link edit', title, attrs: { type: 'button' }, on: { click: onClick } }, text);
