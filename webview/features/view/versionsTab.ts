import type { FeatureViewDetail, FeatureViewDiff } from '../../../engine/protocol/features';
import { Asking } from '../../shared/asking';
import { checkbox, dropdown, emptyState } from '../../shared/components';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { fill, h } from '../../shared/dom';
import { short } from '../../shared/format';
import { t } from '../../shared/l10n';
import { linkButton } from '../../shared/linkButton';
import { when } from '../words';
import { versionDiffView } from './versionDiffView';
import type { ViewContext, ViewTab } from './viewContext';
import type { ViewData } from './viewStore';

/** All definitions there have been, and what two of them differ in: as they are written, and in their values. */
export class VersionsTab implements ViewTab {
  readonly element = h('div', { class: 'stack' });
  private readonly list = h('div');
  private readonly chooser = h('div', { class: 'row chooser' });
  private readonly asking = new Asking();
  private view: FeatureViewDetail | undefined;
  private drawn = '';

  constructor(private readonly context: ViewContext) {
    fill(this.element, this.list, this.chooser, this.asking.element);
  }

  choose(before: number, after: number): void {
    const { state } = this.context;
    state.set('before', before);
    state.set('after', after);
    if (this.view) this.show(this.view);
  }

  update({ view }: ViewData): void {
    this.view = view;
    const key = JSON.stringify([view.history, view.version, this.context.trusted()]);
    if (key !== this.drawn) this.show(view);
    this.drawn = key;
  }

  private show(view: FeatureViewDetail): void {
    fill(this.list, this.versions(view));
    const pair = this.pair(view);
    if (pair === undefined) {
      fill(this.chooser);
      const hint =
        view.history.length === 0
          ? t('A version is recorded when the view is first computed, joined or materialised.')
          : t(
              'A change of source, entity, time, expression or type makes another one. Descriptions, owners and tags do not.',
            );
      this.asking.say(emptyState(view.history.length === 0 ? t('No version yet') : t('One version so far'), hint));
      return;
    }
    if (!this.context.trusted()) {
      fill(this.chooser);
      const hint = t('Comparing may read the data in a process of its own. It is allowed once the folder is trusted.');
      this.asking.say(emptyState(t('Not in restricted mode'), hint));
      return;
    }
    this.drawChooser(view, pair);
    const asked = { view: view.name, ...pair, ...(this.isWithValues && { values: true }) };
    this.asking.ask(
      JSON.stringify(asked),
      (signal): Promise<FeatureViewDiff> => this.context.channel.call('features/diff', asked, signal),
      versionDiffView,
    );
  }

  private get isWithValues(): boolean {
    return this.context.state.flag('values') === true;
  }

  private pair({ history }: FeatureViewDetail): { readonly before: number; readonly after: number } | undefined {
    const [newest, older] = history;
    if (newest === undefined || older === undefined) return undefined;
    const { state } = this.context;
    const known = (kept: number | undefined): number | undefined =>
      history.find(({ version }) => version === kept)?.version;
    const [before, after] = [
      known(state.number('before')) ?? older.version,
      known(state.number('after')) ?? newest.version,
    ];
    return before === after ? { before: older.version, after: newest.version } : { before, after };
  }

  private versions({ history, version: current, name }: FeatureViewDetail): HTMLElement | undefined {
    if (history.length === 0) return undefined;
    const columns = [t('Version'), t('Recorded'), t('Features'), t('Definition'), t('Reference')].map((title, at) => ({
      ...{ title, numeric: at === 2 },
    }));
    const rows = history.map(({ version, createdAt, definition, hash }): Child[] => [
      h('span', null, `v${version}`, version === current && h('span', { class: 'muted' }, ` ${t('as in the file')}`)),
      when(createdAt),
      String(definition.features.length),
      h('span', { class: 'mono', title: hash }, short(hash)),
      linkButton(`${name}@v${version}`, () => this.context.act('host/copy', { text: `${name}@v${version}` }), {
        title: t('Copy the reference'),
      }),
    ]);
    return scrollingTable(t('Versions'), columns, rows);
  }

  private drawChooser({ history }: FeatureViewDetail, { before, after }: { before: number; after: number }): void {
    const options = history.map(({ version }) => ({ value: String(version), text: `v${version}` }));
    const picked = (which: 'before' | 'after') => (value: string) => {
      this.context.state.set(which, Number(value));
      if (this.view) this.show(this.view);
    };
    fill(
      this.chooser,
      h('span', null, t('Compare')),
      dropdown({ label: t('The older version'), options, value: String(before), onChange: picked('before') }),
      h('span', null, t('with')),
      dropdown({ label: t('The newer version'), options, value: String(after), onChange: picked('after') }),
      checkbox({
        label: t('Also their values'),
        title: t('Computes the newest row of each entity in both versions'),
        checked: this.isWithValues,
        onChange: checked => {
          this.context.state.set('values', checked);
          if (this.view) this.show(this.view);
        },
      }),
    );
  }
}
