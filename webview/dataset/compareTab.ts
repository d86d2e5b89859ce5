import type { DatasetComparison, DatasetVersions } from '../../engine/protocol/datasets';
import { CallError } from '../shared/channel';
import { busy, button, dropdown, emptyState, failure } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import { ComparisonView } from './comparisonView';
import type { DatasetContext, DatasetTab } from './context';
import { versionName } from './parts';

/** Two versions, chosen from lists, and what has changed between them. */
export class CompareTab implements DatasetTab {
  readonly element = h('div');
  private readonly chooser = h('div', { class: 'row chooser' });
  private readonly body = h('div', { class: 'comparison', attrs: { 'aria-live': 'polite' } });
  private versions: DatasetVersions | undefined;
  private shown = '';
  private asked: AbortController | undefined;
  private view: ComparisonView | undefined;

  constructor(private readonly context: DatasetContext) {
    fill(this.element, this.chooser, this.body);
  }

  choose(before: string, after: string): void {
    this.context.state.set('before', before);
    this.context.state.set('after', after);
    this.drawChooser();
    this.show();
  }

  update(versions: DatasetVersions): void {
    const signature = (list: DatasetVersions | undefined): string =>
      (list?.versions ?? []).map(({ digest, current, locked }) => `${digest}${current}${locked}`).join();
    if (signature(versions) !== signature(this.versions)) this.shown = '';
    this.versions = versions;
    this.drawChooser();
  }

  private get pair(): readonly [string, string] {
    const { state } = this.context;
    return [state.text('before') ?? 'last', state.text('after') ?? 'now'];
  }

  private drawChooser(): void {
    const [before, after] = this.pair;
    const named = [
      { value: 'now', text: t('the file as it is now') },
      { value: 'last', text: t('what the last run read') },
      { value: 'lock', text: t('what modelyard.lock says') },
    ];
    const rows = this.versions?.versions ?? [];
    const known = rows.flatMap(({ digest, profiled, runs }) => {
      const users = runs.slice(0, 2).map(({ number }) => `r-${number}`);
      const text = [versionName(digest), ...users].join(' · ');
      return profiled ? [{ value: digest, text }] : [];
    });
    const options = (value: string) => {
      const all = [...named, ...known];
      return all.some(option => option.value === value) ? all : [...all, { value, text: value.slice(0, 12) }];
    };
    const list = (label: string, value: string, onChange: (value: string) => void): HTMLElement =>
      h(
        'label',
        { class: 'row' },
        h('span', null, label),
        dropdown({ label, options: options(value), value, onChange }),
      );
    fill(
      this.chooser,
      list(t('Older'), before, value => this.choose(value, this.pair[1])),
      list(t('Newer'), after, value => this.choose(this.pair[0], value)),
      button({ label: t('Swap'), onClick: () => this.choose(this.pair[1], this.pair[0]) }),
    );
  }

  show(): void {
    if (!this.context.trusted()) {
      const hint = t('Comparing reads the data. It is allowed once the folder is trusted.');
      fill(this.body, emptyState(t('Not in restricted mode'), hint));
      return;
    }
    const [before, after] = this.pair;
    const key = `${before}\n${after}`;
    if (key === this.shown) return;
    this.shown = key;
    void this.load(before, after);
  }

  private async load(before: string, after: string): Promise<void> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.view?.dispose();
    this.view = undefined;
    const cancel = button({ label: t('Cancel'), onClick: () => this.cancel(asked) });
    fill(this.body, h('div', { class: 'row' }, busy(t('Comparing…')), cancel));
    try {
      const params = { name: this.context.name, before, after };
      const found = await this.context.channel.call('datasets/compare', params, asked.signal);
      if (this.asked === asked) this.draw(found);
    } catch (error) {
      if (this.asked !== asked) return;
      this.shown = '';
      if (error instanceof CallError && error.wire.code === 'cancelled') this.cancelled();
      else fill(this.body, failure(error), h('div', { class: 'row' }, this.again()));
    }
  }

  private cancel(asked: AbortController): void {
    asked.abort();
  }

  private cancelled(): void {
    fill(this.body, emptyState(t('Cancelled'), t('Nothing was compared.'), this.again()));
  }

  private again(): HTMLElement {
    return button({ label: t('Compare again'), onClick: () => this.show() });
  }

  private draw(found: DatasetComparison): void {
    this.view = new ComparisonView(found, this.context);
    fill(this.body, this.view.element);
  }
}
