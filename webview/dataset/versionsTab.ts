import type { DatasetRun, DatasetVersionRow, DatasetVersions } from '../../engine/protocol/datasets';
import { button, emptyState, tag } from '../shared/components';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { bytes, count, dateTime } from '../shared/format';
import { t } from '../shared/l10n';
import { linkButton } from '../shared/linkButton';
import type { DatasetContext, DatasetTab } from './context';
import { versionName } from './parts';

/** The versions of the dataset, the last seen first, with the runs that used each. */
export class VersionsTab implements DatasetTab {
  readonly element = h('div', { class: 'versions' });
  private versions: readonly DatasetVersionRow[] = [];
  private next: string | undefined;
  private total = 0;
  /** Runs beyond the first five, by version. */
  private readonly moreRuns = new Map<string, readonly DatasetRun[]>();

  constructor(private readonly context: DatasetContext) {}

  update({ versions, nextPageToken, total }: DatasetVersions): void {
    this.versions = versions;
    this.next = nextPageToken;
    this.total = total;
    this.moreRuns.clear();
    this.draw();
  }

  show(): void {
    this.draw();
  }

  private draw(): void {
    if (this.versions.length === 0) {
      fill(
        this.element,
        emptyState(t('No version yet'), t('A version is kept when a run reads the file, or when the data is checked.')),
      );
      return;
    }
    const titles = [
      t('Version'),
      t('First seen'),
      t('Last seen'),
      t('Rows'),
      t('Columns'),
      t('Size'),
      t('Used by'),
      t('Show'),
    ];
    const numeric = new Set([3, 4, 5]);
    const columns = titles.map((title, i) => ({ title, numeric: numeric.has(i) }));
    const rows = this.versions.map(version => this.row(version));
    const more = this.next !== undefined && button({ label: t('Older versions'), onClick: () => this.loadOlder() });
    fill(
      this.element,
      h(
        'p',
        { class: 'muted' },
        this.total === 1 ? t('1 version') : t('{0} of {1} versions', this.versions.length, this.total),
      ),
      scrollingTable(t('Versions of {0}', this.context.name), columns, rows),
      more,
    );
  }

  private row(version: DatasetVersionRow): Child[] {
    const { digest, firstSeen, lastSeen, profiled, current, locked } = version;
    const name = h('span', { class: 'version' }, h('span', { class: 'mono', title: digest }, versionName(digest)));
    if (current) name.append(' ', tag(t('now')));
    if (locked) name.append(' ', tag(t('lock')));
    return [
      name,
      dateTime(firstSeen),
      dateTime(lastSeen),
      profiled ? count(profiled.rows) : '?',
      profiled ? count(profiled.columns) : '?',
      profiled ? bytes(profiled.bytes) : '?',
      this.users(version),
      this.actions(version),
    ];
  }

  private users(version: DatasetVersionRow): Child {
    const { digest, runs, runCount } = version;
    if (runCount === 0) return h('span', { class: 'muted' }, t('no run'));
    const shown = [...runs, ...(this.moreRuns.get(digest) ?? [])];
    const links = shown.map(run =>
      linkButton(`r-${run.number}`, () => this.context.openRun(run.runId), {
        title: `${run.name} · ${dateTime(run.startedAt)} · ${run.contexts.join(', ')}`,
      }),
    );
    const rest = runCount - shown.length;
    const more = rest > 0 && linkButton(t('{0} more', rest), () => this.loadRuns(version));
    return h('div', { class: 'users' }, links, more);
  }

  private actions({ digest, profiled, current }: DatasetVersionRow): Child {
    if (!profiled) return h('span', { class: 'muted' }, t('gone before it was read'));
    const named = versionName(digest);
    return h(
      'div',
      { class: 'users' },
      linkButton(t('Columns'), () => this.context.showColumns(digest), { label: t('Columns: {0}', named) }),
      !current &&
        linkButton(t('Compare with now'), () => this.context.compare(digest, 'now'), {
          label: t('Compare with now: {0}', named),
        }),
    );
  }

  private async loadRuns({ digest }: DatasetVersionRow): Promise<void> {
    try {
      const { runs } = await this.context.channel.call('datasets/runs', {
        name: this.context.name,
        digest,
        limit: 200,
      });
      const known = this.versions.find(version => version.digest === digest)?.runs ?? [];
      this.moreRuns.set(
        digest,
        runs.filter(run => !known.some(other => other.runId === run.runId)),
      );
      this.draw();
    } catch (error) {
      this.context.failed(error);
    }
  }

  private async loadOlder(): Promise<void> {
    const pageToken = this.next;
    if (pageToken === undefined) return;
    try {
      const page = await this.context.channel.call('datasets/versions', { name: this.context.name, pageToken });
      this.versions = [...this.versions, ...page.versions];
      this.next = page.nextPageToken;
      this.draw();
    } catch (error) {
      this.context.failed(error);
    }
  }
}
