import type { DatasetDetail } from '../../engine/protocol/datasets';
import type { DatasetVersions } from '../../engine/protocol/datasets';
import type { Digest } from '../../engine/protocol/ids';
import { busy, dropdown, emptyState, failure } from '../shared/components';
import { scrollingTable } from '../shared/dataTable';
import { fill, h } from '../shared/dom';
import { count, percent } from '../shared/format';
import { t } from '../shared/l10n';
import type { DatasetContext, DatasetTab } from './context';
import { miniHistogram, missingShare, valuesText, versionName } from './parts';

/** Schema and profile of one version. */
export class ColumnsTab implements DatasetTab {
  readonly element = h('div');
  private readonly chooser = h('div', { class: 'row chooser' });
  private readonly body = h('div');
  private digests: readonly Digest[] = [];
  private current: Digest | undefined;
  private shown: string | undefined;
  private readonly known = new Map<Digest, DatasetDetail>();

  constructor(private readonly context: DatasetContext) {
    fill(this.element, this.chooser, this.body);
  }

  choose(digest: Digest): void {
    this.context.state.set('columnsOf', digest);
    this.drawChooser();
  }

  update({ versions }: DatasetVersions): void {
    this.digests = versions.flatMap(({ digest, profiled }) => (profiled ? [digest] : []));
    this.current = versions.find(({ current }) => current)?.digest;
    this.drawChooser();
  }

  private get chosen(): Digest | undefined {
    const kept = this.context.state.text('columnsOf');
    return this.digests.find(digest => digest === kept) ?? this.current ?? this.digests[0];
  }

  private drawChooser(): void {
    const { chosen } = this;
    if (chosen === undefined) {
      fill(this.chooser);
      return;
    }
    const options = this.digests.map(digest => ({
      value: digest,
      text: digest === this.current ? t('{0}, now', versionName(digest)) : versionName(digest),
    }));
    const onChange = (value: string): void => {
      const digest = this.digests.find(known => known === value);
      if (digest === undefined) return;
      this.context.state.set('columnsOf', digest);
      this.show();
    };
    fill(
      this.chooser,
      h('span', null, t('Version')),
      dropdown({ label: t('Version'), options, value: chosen, onChange }),
    );
  }

  show(): void {
    const { chosen } = this;
    if (chosen === undefined) {
      fill(this.body, emptyState(t('No profile yet'), t('Check the data, or run a pipeline that reads it.')));
    } else if (chosen !== this.shown) void this.load(chosen);
  }

  private async load(digest: Digest): Promise<void> {
    this.shown = digest;
    const known = this.known.get(digest);
    if (!known) fill(this.body, busy());
    try {
      const detail = known ?? (await this.context.channel.call('datasets/get', { name: this.context.name, digest }));
      this.known.set(digest, detail);
      if (this.shown === digest) this.draw(detail);
    } catch (error) {
      if (this.shown === digest) fill(this.body, failure(error));
      this.shown = undefined;
    }
  }

  private draw({ profile, path }: DatasetDetail): void {
    const titles = [t('Column'), t('Type'), t('Missing'), t('Different'), t('Values'), t('Distribution')];
    const columns = titles.map((title, i) => ({ title, numeric: i === 2 || i === 3 }));
    const rows = profile.columns.map(column => [
      column.name,
      column.type,
      percent(missingShare(column)),
      `${column.distinctEstimated ? '≈ ' : ''}${count(column.distinct)}`,
      valuesText(column),
      miniHistogram(column),
    ]);
    fill(
      this.body,
      h(
        'p',
        { class: 'muted' },
        [
          profile.rows === 1 ? t('1 row') : t('{0} rows', count(profile.rows)),
          profile.columns.length === 1 ? t('1 column') : t('{0} columns', profile.columns.length),
          path,
        ].join(', '),
      ),
      scrollingTable(t('Columns'), columns, rows),
    );
  }
}
