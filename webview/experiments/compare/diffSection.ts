import { paramsText } from '../../../engine/charts/report/collect';
import { diffLines } from '../../../engine/charts/text/lineDiff';
import type { CodeDiff } from '../../../engine/protocol/compare';
import type { RunSummary } from '../../../engine/protocol/tracking';
import { busy, checkbox, dropdown, emptyState, failure } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { short } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { Page } from '../../shared/page';
import { countsOf, diffTable } from './diffTable';
import type { Comparison, Section } from './section';
import { runLabel } from './section';

/** Files that are shown without a click. */
const openAtFirst = 3;

interface File {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isOpaque: boolean;
}

/** Code, configuration and parameters of two runs against each other. */
export class DiffSection implements Section {
  readonly element = h('div', { class: 'stack' });
  private readonly bar = h('div', { class: 'row chart-bar' });
  private readonly body = h('div', { class: 'stack' });
  private loading = new AbortController();
  private shown = '';
  private last: { readonly pair: readonly [RunSummary, RunSummary]; readonly diff: CodeDiff } | undefined;

  constructor(private readonly page: Page) {
    fill(this.element, this.bar, this.body);
  }

  show({ compared, baseline }: Comparison): void {
    const runs = compared.map(({ run }) => run);
    const first = runs.find(({ id }) => id === baseline) ?? runs[0];
    const others = runs.filter(run => run !== first);
    const second = others.find(({ id }) => id === this.page.state.text('diffWith')) ?? others[0];
    if (!first || !second) {
      this.shown = '';
      fill(this.bar);
      fill(
        this.body,
        emptyState(
          t('Two runs are needed'),
          t('Tick another one; the baseline, or the first that is ticked, is what it is compared with.'),
        ),
      );
      return;
    }
    const key = [first.id, second.id, ...others.map(({ id }) => id)].join();
    if (key === this.shown) return;
    this.shown = key;
    this.fillBar(first, second, others);
    void this.load([first, second]);
  }

  private fillBar(first: RunSummary, second: RunSummary, others: readonly RunSummary[]): void {
    const { state } = this.page;
    fill(
      this.bar,
      h('span', null, t('{0} compared with', `${runLabel(first)} ${first.name}`)),
      dropdown({
        label: t('Compared with'),
        options: others.map(run => ({ value: run.id, text: `${runLabel(run)} ${run.name}` })),
        value: second.id,
        onChange: id => {
          state.set('diffWith', id);
          const chosen = others.find(run => run.id === id);
          if (chosen) void this.load([first, chosen]);
        },
      }),
      checkbox({
        label: t('Side by side'),
        checked: state.flag('diffWide') ?? true,
        onChange: checked => {
          state.set('diffWide', checked);
          this.draw();
        },
      }),
    );
  }

  private async load(pair: readonly [RunSummary, RunSummary]): Promise<void> {
    this.loading.abort();
    const mine = (this.loading = new AbortController());
    fill(this.body, busy());
    try {
      const diff = await this.page.channel.call(
        'runs/codeDiff',
        { before: pair[0].id, after: pair[1].id },
        mine.signal,
      );
      if (mine !== this.loading) return;
      this.last = { pair, diff };
      this.draw();
    } catch (error) {
      if (mine === this.loading) fill(this.body, failure(error));
    }
  }

  private draw(): void {
    if (!this.last) return;
    const { pair, diff } = this.last;
    const [before, after] = pair.map(({ params }) => paramsText(params));
    const parts: readonly File[] = [
      { path: t('Parameters'), before, after, isOpaque: false },
      { path: 'modelyard.yaml', before: diff.configBefore, after: diff.configAfter, isOpaque: false },
      ...diff.files.map(file => ({
        path: file.path,
        before: file.before,
        after: file.after,
        isOpaque: file.isOpaque ?? false,
      })),
    ];
    const differing = parts.filter(file => file.isOpaque || file.before !== file.after);
    fill(
      this.body,
      h('p', { class: 'muted' }, commitText(diff), diff.notes.map(note => ` ${note}`).join('')),
      differing.length === 0 &&
        emptyState(
          t('No difference'),
          t('Parameters, configuration and code are the same, as far as the runs have kept them.'),
        ),
      differing.map((file, at) => this.file(file, at < openAtFirst)),
    );
  }

  private file({ path, before, after, isOpaque }: File, isOpen: boolean): HTMLElement {
    const { added, removed } = isOpaque ? { added: 0, removed: 0 } : countsOf(diffLines(before ?? '', after ?? ''));
    const state = isOpaque
      ? t('no text, or too long')
      : before === undefined
        ? t('new')
        : after === undefined
          ? t('gone')
          : `+${added} −${removed}`;
    const place = h('div');
    const open = h(
      'button',
      { class: 'link', attrs: { type: 'button' }, on: { click: () => this.open({ path, before, after, isOpaque }) } },
      t('Open in the editor'),
    );
    const details = h(
      'details',
      { class: 'card diff-file', attrs: { open: isOpen } },
      h('summary', null, h('span', { class: 'mono' }, path), ' ', h('span', { class: 'muted' }, state)),
      !isOpaque && open,
      place,
    );
    const fillPlace = (): void => {
      if (!details.open || isOpaque || place.childElementCount > 0) return;
      place.append(
        diffTable({
          title: path,
          before: before ?? '',
          after: after ?? '',
          sideBySide: this.page.state.flag('diffWide') ?? true,
        }),
      );
    };
    details.addEventListener('toggle', fillPlace);
    fillPlace();
    return details;
  }

  private open({ path, before = '', after = '' }: File): void {
    const [left, right] = this.last?.pair ?? [];
    if (!left || !right) return;
    const title = `${path} (${runLabel(left)} ↔ ${runLabel(right)})`;
    void this.page.channel.call('host/openDiff', { title, path, before, after });
  }
}

function commitText({ commitBefore, commitAfter }: CodeDiff): string {
  if (commitBefore === undefined && commitAfter === undefined) return '';
  if (commitBefore === commitAfter) return t('Both from commit {0}.', short(commitBefore ?? ''));
  return t('Commit {0} against {1}.', short(commitBefore ?? '–'), short(commitAfter ?? '–'));
}
