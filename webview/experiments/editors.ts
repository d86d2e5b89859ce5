import type { RunSummary } from '../../engine/protocol/tracking';
import { button, textField } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import { openPopup } from '../shared/popup';
import { noteTag, ownTags } from './columns';
import type { RunChanges } from './runChanges';

interface EditorPlace {
  readonly anchor: Element;
  readonly changes: RunChanges;
}

const focusField = (field: HTMLElement): void => {
  requestAnimationFrame(() => field.focus());
};

/** The name of a run, edited where it stands. */
export function editName(run: RunSummary, { anchor, changes }: EditorPlace): void {
  openPopup({
    label: t('Name of r-{0}', run.number),
    anchor,
    content: close => {
      const commit = (name: string): void => {
        close();
        if (name.trim() !== '' && name.trim() !== run.name) void changes.rename(run, name.trim());
      };
      const field = textField({
        label: t('Name'),
        value: run.name,
        class: 'edit-field',
        onCommit: once(commit),
        onCancel: close,
      });
      focusField(field);
      return [field];
    },
  });
}

/** A note in Markdown, as MLflow keeps it; Ctrl+Enter saves. */
export function editNote(run: RunSummary, { anchor, changes }: EditorPlace): void {
  const before = run.tags[noteTag] ?? '';
  openPopup({
    label: t('Note of r-{0}', run.number),
    anchor,
    content: close => {
      let note = before;
      const save = once((): void => {
        close();
        if (note !== before) void changes.note(run, note);
      });
      const field = textField({
        label: t('Note of r-{0}', run.number),
        value: before,
        placeholder: t('Markdown; Ctrl+Enter saves'),
        class: 'note-field',
        multiline: true,
        onInput: value => (note = value),
        onCancel: close,
      });
      field.addEventListener('keydown', event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
      });
      focusField(field);
      return [
        field,
        h(
          'div',
          { class: 'row' },
          button({ label: t('Save'), look: 'primary', onClick: save }),
          button({ label: t('Cancel'), onClick: close }),
        ),
      ];
    },
  });
}

/** Tags of one run or of many: those that all have can be taken away, others added. */
export function editTags(runs: readonly RunSummary[], { anchor, changes }: EditorPlace): void {
  const ids = runs.map(({ id }) => id);
  const [first, ...rest] = runs;
  const all = first ? ownTags(first) : [];
  const shared = new Map(all.filter(([key, value]) => rest.every(({ tags }) => tags[key] === value)));
  const label = runs.length === 1 ? t('Tags of r-{0}', first?.number ?? 0) : t('Tags of {0} runs', runs.length);
  const list = h('ul', { class: 'tag-list' });
  const draw = (): void => fill(list, [...shared].map(item));
  const item = ([key, value]: readonly [string, string]): HTMLElement => {
    const remove = h('button', {
      class: 'chip-remove',
      attrs: { type: 'button', 'aria-label': t('Take away the tag {0}', key) },
    });
    remove.textContent = '×';
    remove.addEventListener('click', () => {
      shared.delete(key);
      draw();
      void changes.tag(ids, { [key]: null });
    });
    return h('li', { class: 'row' }, h('span', { class: 'tag' }, value === '' ? key : `${key}: ${value}`), remove);
  };
  draw();
  const field = newTag((key, value) => {
    shared.set(key, value);
    draw();
    void changes.tag(ids, { [key]: value });
  });
  openPopup({ label, anchor, content: () => [h('strong', null, label), list, field] });
  focusField(field);
}

/** A field in which Enter adds `name` or `name: value`. */
function newTag(add: (key: string, value: string) => void): HTMLElement {
  const placeholder = t('name or name: value; Enter adds it');
  const field = textField({ label: t('New tag'), value: '', placeholder, class: 'edit-field' });
  field.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const input = event.composedPath()[0];
    if (!(input instanceof HTMLInputElement)) return;
    const [, key = '', value = ''] = /^([^:]+?)(?:\s*:\s*(.*))?$/.exec(input.value.trim()) ?? [];
    if (key === '') return;
    input.value = '';
    add(key, value);
  });
  return field;
}

/** A commit that also comes when the focus leaves must not come twice. */
function once<A extends readonly unknown[]>(run: (...args: A) => void): (...args: A) => void {
  let isDone = false;
  return (...args) => {
    if (isDone) return;
    isDone = true;
    run(...args);
  };
}
