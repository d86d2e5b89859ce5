import { button, textField } from '../../../shared/components';
import { moreButton } from '../../../shared/moreButton';
import { fill, h } from '../../../shared/dom';
import { count } from '../../../shared/format';
import { t } from '../../../shared/l10n';
import type { PageState } from '../../../shared/state';
import type { SharedPath } from './runFiles';

const pageSize = 100;

export interface ListedPaths {
  readonly paths: readonly SharedPath[];
  /** What the runs are called. */
  readonly labels: readonly string[];
  /** How many of them have told their files. */
  readonly listed: number;
  readonly chosen: string | undefined;
}

/** The files of the compared runs to choose from: a list that is searched, a hundred at a time. */
export class PathList {
  readonly element = h('div', { class: 'stack' });
  private readonly list = h('ul', { class: 'path-list', role: 'listbox', attrs: { 'aria-label': t('Files') } });
  private readonly said = h('span', { class: 'muted', role: 'status' });
  private readonly more = h('div', { class: 'row' });
  private readonly bar = h('div', { class: 'row chart-bar' });
  private shown = pageSize;
  private drawn = '';
  private last: ListedPaths = { paths: [], labels: [], listed: 0, chosen: undefined };

  constructor(
    private readonly state: PageState,
    private readonly on: { readonly choose: (path: string) => void; readonly again: () => void },
  ) {
    const find = textField({
      label: t('Files whose path contains'),
      placeholder: t('Find files'),
      value: state.text('artifactFind') ?? '',
      onInput: value => {
        state.set('artifactFind', value);
        this.shown = pageSize;
        this.draw();
      },
    });
    const again = button({
      label: t('Read Again'),
      title: t('Asks each run for its files'),
      onClick: () => on.again(),
    });
    fill(this.bar, find, again, this.said);
    fill(this.element, this.bar, this.list, this.more);
    this.list.addEventListener('keydown', event => this.press(event));
  }

  show(listed: ListedPaths): void {
    this.last = listed;
    this.draw();
  }

  private draw(): void {
    const { paths, labels, listed, chosen } = this.last;
    const wanted = (this.state.text('artifactFind') ?? '').toLowerCase();
    const found = paths.filter(({ path }) => path.toLowerCase().includes(wanted));
    const inAll = found.filter(({ runs }) => runs.length === listed).length;
    const text = JSON.stringify([found, labels, listed, chosen, this.shown]);
    if (text === this.drawn) return;
    this.drawn = text;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['path'] : undefined;
    const shown = found.slice(0, this.shown);
    const reached = shown.some(({ path }) => path === chosen) ? chosen : shown[0]?.path;
    this.said.textContent =
      found.length === 1
        ? t('1 file, {0} of them in all runs', count(inAll))
        : t('{0} files, {1} of them in all runs', count(found.length), count(inAll));
    this.list.hidden = shown.length === 0;
    fill(
      this.list,
      shown.map(one => {
        const option = this.option(one, { labels, listed, chosen });
        option.tabIndex = one.path === reached ? 0 : -1;
        return option;
      }),
    );
    const rest = found.length - shown.length;
    fill(
      this.more,
      moreButton(rest, pageSize, () => {
        this.shown += pageSize;
        this.draw();
      }),
    );
    if (focused !== undefined)
      this.options()
        .find(({ dataset }) => dataset['path'] === focused)
        ?.focus();
  }

  private option({ path, runs }: SharedPath, { labels, listed, chosen }: Omit<ListedPaths, 'paths'>): HTMLElement {
    const having =
      runs.length === listed
        ? ''
        : runs.length > 4
          ? t('in {0} of {1} runs', runs.length, listed)
          : t('only in {0}', runs.map(at => labels[at] ?? '').join(', '));
    return h(
      'li',
      {
        role: 'option',
        attrs: { 'aria-selected': String(path === chosen), 'data-path': path },
        on: { click: () => this.on.choose(path) },
      },
      h('span', { class: 'mono' }, path),
      having !== '' && h('span', { class: 'muted' }, ` ${having}`),
    );
  }

  private options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('[role=option]')];
  }

  /** The keys of a list: arrows go along, Enter and the space bar choose. */
  private press(event: KeyboardEvent): void {
    const options = this.options();
    const at = options.findIndex(option => option === document.activeElement);
    const places: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: options.length - 1,
    };
    const current = options[at];
    if (!current) return;
    if (event.key === 'Enter' || event.key === ' ') current.click();
    else {
      const next = options[places[event.key] ?? -1];
      if (!Object.hasOwn(places, event.key)) return;
      if (next) {
        current.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
    }
    event.preventDefault();
  }
}
