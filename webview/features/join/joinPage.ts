import type { Place } from '../../../engine/protocol/errors';
import type { JoinPreview, JoinRequest } from '../../../engine/protocol/featureJoins';
import { CallError } from '../../shared/channel';
import { ChartView } from '../../shared/charts/chartView';
import { busy, button, emptyState, failure } from '../../shared/components';
import type { Child } from '../../shared/dom';
import { fill, h } from '../../shared/dom';
import { count, duration, short } from '../../shared/format';
import { keepFocus } from '../../shared/keepFocus';
import { t } from '../../shared/l10n';
import { placeLinks } from '../../shared/placeLink';
import type { FeaturesContext } from '../context';
import { rowsCount } from '../words';
import { countsSpec } from './countsSpec';
import { joinTable } from './joinTable';
import type { JoinView } from './joinToolbar';
import { joinToolbar, keptView } from './joinToolbar';
import { laterSummary } from './laterSummary';

/** What features each row of a file would get, row by row, with the reason of each value. */
export class JoinPage {
  readonly element = h('div', { class: 'stack' });
  private readonly facts = h('p', { class: 'muted' });
  private readonly left = h('div');
  private readonly chart = h('div');
  private readonly later = h('div');
  private readonly toolbar = h('div');
  private readonly status = h('div', { attrs: { 'aria-live': 'polite' } });
  private readonly table = h('div');
  private counts: ChartView | undefined;
  private asked: AbortController | undefined;
  private last: JoinPreview | undefined;

  constructor(
    private readonly context: FeaturesContext,
    private readonly join: JoinRequest,
  ) {
    fill(this.element, this.header(), this.left, this.chart, this.later, this.toolbar, this.status, this.table);
  }

  /** Asks once more: the file or a definition may have changed. */
  load(): void {
    void this.ask(keptView(this.context.state, this.join.mode));
  }

  private header(): HTMLElement {
    const { context, join } = this;
    const { service, features = [], entities, eventTime } = join;
    const [view] = features;
    const on =
      service !== undefined ? { service } : features.length === 1 && view !== undefined ? viewTarget(view) : {};
    const rows = { entities, ...(eventTime !== undefined && { eventTime }) };
    return h(
      'header',
      { class: 'features-header' },
      h(
        'div',
        { class: 'row' },
        h('h1', null, t('{0} for {1}', service ?? features.join(', '), entities)),
        h('span', { class: 'spacer' }),
        button({ label: t('Join again'), onClick: () => this.load() }),
        button({
          ...{ label: t('Training set…'), look: 'primary', disabled: !context.trusted() },
          onClick: () => context.change('trainingSet', { ...on, ...rows }),
        }),
      ),
      this.facts,
    );
  }

  private async ask(view: JoinView): Promise<void> {
    if (!this.context.trusted()) {
      const hint = t(
        'A join reads the files of the workspace in a process of its own. It is allowed once the folder is trusted.',
      );
      fill(this.table, emptyState(t('Not in restricted mode'), hint));
      return;
    }
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    const cancel = button({ label: t('Cancel'), onClick: () => asked.abort() });
    fill(this.status, h('div', { class: 'row' }, busy(t('Joining…')), cancel));
    try {
      const preview = await this.context.channel.call('features/preview', { ...this.join, ...view }, asked.signal);
      if (this.asked === asked) this.show(preview, view);
    } catch (error) {
      if (this.asked === asked) this.tell(error);
    }
  }

  private tell(error: unknown): void {
    const again = button({ label: t('Join again'), onClick: () => this.load() });
    if (error instanceof CallError && error.wire.code === 'cancelled') {
      fill(this.status, this.last === undefined && emptyState(t('Cancelled'), t('Nothing was joined.'), again));
      return;
    }
    const open = this.context.act.bind(undefined, 'host/openPlace');
    const links = error instanceof CallError ? placeLinks(error.wire, place => open({ place })) : [];
    fill(this.status, failure(error, ...links.flatMap((link): Child[] => [' ', link])));
  }

  private show(preview: JoinPreview, view: JoinView): void {
    this.last = preview;
    fill(this.status);
    fill(this.facts, factsText(preview, this.join));
    fill(this.left, leftOut(preview));
    const spec = countsSpec(preview.columns, preview.rows);
    if (this.counts) this.counts.update(spec);
    else this.counts = new ChartView(spec, this.context.channel);
    if (this.chart.firstChild === null) fill(this.chart, this.counts.element);
    fill(
      this.later,
      laterSummary(preview, view, () => this.change({ ...view, filter: 'changed', offset: 0 })),
    );
    const shown = preview.preview.length;
    const toolbar = joinToolbar({
      view,
      rows: preview.rows,
      shown,
      change: change => this.change({ ...view, ...change }),
    });
    keepFocus(this.toolbar, () => fill(this.toolbar, toolbar));
    const open = (place: Place): unknown => this.context.act('host/openPlace', { place });
    const { eventTime } = this.join;
    fill(
      this.table,
      shown > 0 ? joinTable(preview, { eventTime, open }) : emptyState(t('No row'), noneText(view, preview)),
    );
  }

  private change(view: JoinView): void {
    for (const [key, value] of Object.entries(view)) this.context.state.set(key, value);
    void this.ask(view);
  }
}

/** `loans:income` is a feature of the view loans. */
function viewTarget(reference: string): { readonly view: string; readonly feature?: string } {
  const [view = '', feature] = reference.split(':');
  return { view: view.replace(/@.*$/, ''), ...(feature !== undefined && { feature }) };
}

function noneText({ filter, mode }: JoinView, { sources }: JoinPreview): string {
  if (filter === 'missed') return t('Every row has a value of every feature.');
  if (filter === 'changed') {
    if (mode !== 'known') return t('Switch to what was known then to see what later knowledge changes.');
    return sources.some(({ tellsKnown }) => tellsKnown)
      ? t('What became known later would change no value: nothing leaks.')
      : t('Without `created_time` nothing says when rows became known: whether something leaks cannot be told.');
  }
  return t('The file has no rows.');
}

function factsText({ rows, columns, definition, took }: JoinPreview, { eventTime }: JoinRequest): string {
  return [
    rowsCount(rows),
    columns.length === 1 ? t('1 feature') : t('{0} features', columns.length),
    eventTime === undefined ? t('values of now') : t('values of {0}', eventTime),
    t('definition {0}', short(definition)),
    duration(took),
  ].join(' · ');
}

/** What of the sources took no part, in a sentence each. */
export function leftOut({ sources }: Pick<JoinPreview, 'sources'>): HTMLElement | undefined {
  const told = sources.flatMap(({ view, version, rows, withoutTime, withoutCreated, withoutKey }) => {
    const why = [
      ...(withoutTime > 0 ? [t('{0} have no time', count(withoutTime))] : []),
      ...(withoutCreated > 0 ? [t('of {0} nothing says when they became known', count(withoutCreated))] : []),
      ...(withoutKey > 0 ? [t('{0} have no key of its type', count(withoutKey))] : []),
    ];
    if (why.length === 0) return [];
    return [t('Of the {0} rows of {1} some took no part: {2}.', count(rows), `${view}@v${version}`, why.join(', '))];
  });
  return told.length === 0
    ? undefined
    : h(
        'ul',
        { class: 'left-out' },
        told.map(text => h('li', null, text)),
      );
}
