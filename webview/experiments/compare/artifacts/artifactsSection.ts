import type { ArtifactContent } from '../../../../engine/protocol/tracking';
import type { RunId } from '../../../../engine/protocol/ids';
import { busy, emptyState, failure } from '../../../shared/components';
import { moreButton } from '../../../shared/moreButton';
import { fill, h } from '../../../shared/dom';
import { isImage } from '../../../shared/fileLook';
import { t } from '../../../shared/l10n';
import type { Page } from '../../../shared/page';
import { throttled } from '../../../shared/throttled';
import type { Compared, Comparison, Section } from '../section';
import { runLabel } from '../section';
import { fileColumns } from './fileColumns';
import type { RunFile } from './fileColumns';
import { PathList } from './pathList';
import type { RunFiles } from './runFiles';
import { listRunFiles, sharedPaths } from './runFiles';

/** Columns that are read without a click. */
const columnsAtOnce = 8;
const imageBytes = 4 << 20;
const textBytes = 256 << 10;
/** Runs that are under way get files: they are asked again, not more often than this. */
const liveEvery = 2000;

type Listing = { readonly files: RunFiles; readonly error?: undefined } | { readonly error: unknown };
type Read = { readonly content: ArtifactContent } | { readonly error: unknown };

/** One file of all compared runs side by side: pictures, tables, texts. */
export class ArtifactsSection implements Section {
  readonly element = h('div', { class: 'stack' });
  private readonly paths: PathList;
  private readonly message = h('div');
  private readonly columns = h('div', { class: 'file-columns' });
  private readonly more = h('div', { class: 'row' });
  private readonly live = throttled(liveEvery, () => void this.refresh());
  /** Of runs that have ended. */
  private readonly known = new Map<RunId, Promise<Listing>>();
  /** What has been read of the chosen file, by run and content. */
  private readonly read = new Map<string, Read>();
  private readonly asked = new Set<string>();
  private comparison: Comparison | undefined;
  private listed: readonly { readonly one: Compared; readonly listing: Listing }[] | undefined;
  private turn = 0;
  private reading = new AbortController();
  private readingPath: string | undefined;
  private shown = columnsAtOnce;
  private drawn = '';

  constructor(private readonly page: Page) {
    this.paths = new PathList(page.state, {
      choose: path => {
        page.state.set('artifactPath', path);
        this.draw();
      },
      again: () => {
        this.known.clear();
        this.forget(undefined);
        void this.refresh();
      },
    });
    fill(this.element, this.message, this.paths.element, this.columns, this.more);
  }

  show(comparison: Comparison): void {
    this.comparison = comparison;
    if (this.listed && comparison.compared.some(({ run }) => run.status === 'RUNNING')) this.live();
    else void this.refresh();
  }

  /** Asks the runs for their files; the baseline, or the first that is ticked, comes first. */
  private async refresh(): Promise<void> {
    const { compared = [], baseline } = this.comparison ?? {};
    const turn = ++this.turn;
    const ordered = [
      ...compared.filter(({ run }) => run.id === baseline),
      ...compared.filter(({ run }) => run.id !== baseline),
    ];
    const waiting = setTimeout(() => !this.listed && fill(this.message, busy()), 400);
    const listed = await Promise.all(ordered.map(async one => ({ one, listing: await this.listing(one) })));
    clearTimeout(waiting);
    if (turn !== this.turn) return;
    this.listed = listed;
    this.draw();
  }

  private listing({ run }: Compared): Promise<Listing> {
    const known = this.known.get(run.id);
    if (known) return known;
    const listing = listRunFiles(this.page.channel, run.id).then(
      (files): Listing => ({ files }),
      (error: unknown): Listing => {
        this.known.delete(run.id);
        return { error };
      },
    );
    if (run.status !== 'RUNNING') this.known.set(run.id, listing);
    return listing;
  }

  private draw(): void {
    const listed = this.listed ?? [];
    const files = listed.map(({ listing }) => ('files' in listing ? listing.files : undefined));
    const paths = sharedPaths(files);
    const cut = listed.filter((_, at) => files[at]?.isCut).map(({ one }) => runLabel(one.run));
    fill(
      this.message,
      listed.flatMap(({ one, listing }) =>
        listing.error === undefined ? [] : [failure(listing.error, ` (${runLabel(one.run)})`)],
      ),
      cut.length > 0 && h('p', { class: 'muted' }, t('More files than are listed: {0}.', cut.join(', '))),
      paths.length === 0 && files.some(Boolean) && nothing(),
    );
    this.paths.element.hidden = paths.length === 0;
    const chosen = this.chosen(paths.map(({ path }) => path));
    this.paths.show({
      paths,
      labels: listed.map(({ one }) => runLabel(one.run)),
      listed: files.filter(Boolean).length,
      chosen,
    });
    this.drawColumns(chosen);
  }

  /** The one that is remembered, else the first picture or table that all have. */
  private chosen(paths: readonly string[]): string | undefined {
    const kept = this.page.state.text('artifactPath');
    if (kept !== undefined && paths.includes(kept)) return kept;
    return paths.find(path => isImage(path) || path.endsWith('.csv')) ?? paths[0];
  }

  private drawColumns(path: string | undefined): void {
    const listed = path === undefined ? [] : (this.listed ?? []);
    if (path !== this.readingPath) this.forget(path);
    const files = listed.slice(0, this.shown).map(({ one, listing }): RunFile => {
      const entry = 'files' in listing ? listing.files.files.find(file => file.path === path) : undefined;
      const read = entry && this.read.get(keyOf({ one, entry }));
      return {
        one,
        entry,
        content: read && 'content' in read ? read.content : undefined,
        error: listing.error ?? (read && 'error' in read ? read.error : undefined),
      };
    });
    const looks = files.map(file => [keyOf(file), file.one.slot, file.one.run.name, file.content !== undefined]);
    const text = JSON.stringify([path, listed.length, looks, files.map(({ error }) => String(error))]);
    if (text !== this.drawn) {
      this.drawn = text;
      fill(this.columns, fileColumns(files, this.actions(path ?? '')));
      const rest = listed.length - files.length;
      fill(
        this.more,
        moreButton(rest, columnsAtOnce, () => this.showMore()),
      );
    }
    if (path !== undefined) void this.load(path, files);
  }

  private showMore(): void {
    this.shown += columnsAtOnce;
    this.draw();
  }

  private actions(path: string) {
    const { channel } = this.page;
    return {
      open: ({ one }: RunFile) => void channel.call('host/openArtifact', { runId: one.run.id, path }),
      openDifference: (base: RunFile, file: RunFile) => {
        const title = `${path} (${runLabel(base.one.run)} ↔ ${runLabel(file.one.run)})`;
        const [before, after] = [base.content?.text ?? '', file.content?.text ?? ''];
        void channel.call('host/openDiff', { title, path, before, after });
      },
    };
  }

  /** Reads what is not known yet, all at once, and draws when all has come. */
  private async load(path: string, files: readonly RunFile[]): Promise<void> {
    const missing = files.filter(file => file.entry && !this.read.has(keyOf(file)) && !this.asked.has(keyOf(file)));
    if (missing.length === 0) return;
    const { signal } = this.reading;
    const maxBytes = isImage(path) ? imageBytes : textBytes;
    await Promise.all(
      missing.map(async file => {
        const key = keyOf(file);
        this.asked.add(key);
        try {
          const asked = { runId: file.one.run.id, path, maxBytes };
          const content = await this.page.channel.call('runs/artifact', asked, signal);
          if (!signal.aborted) this.read.set(key, { content });
        } catch (error) {
          if (!signal.aborted) this.read.set(key, { error });
        }
      }),
    );
    if (!signal.aborted) this.draw();
  }

  private forget(path: string | undefined): void {
    this.reading.abort();
    this.reading = new AbortController();
    this.readingPath = path;
    this.read.clear();
    this.asked.clear();
  }
}

/** The same file with other content is another one. */
const keyOf = ({ one, entry }: Pick<RunFile, 'one' | 'entry'>): string =>
  `${one.run.id} ${entry?.digest ?? ''} ${entry?.size ?? ''}`;

const nothing = (): HTMLElement =>
  emptyState(t('No files'), t('Files that steps or an MLflow client keep with the run appear here.'));
