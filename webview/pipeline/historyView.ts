import type { PipelineRun } from '../../engine/protocol/pipelines';
import { button, emptyState } from '../shared/components';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { ago, dateTime, duration } from '../shared/format';
import { t } from '../shared/l10n';
import { scrollBox } from '../shared/scrollBox';
import { statusMark } from '../shared/status';
import type { PipelineContext } from './context';
import type { HistoryRow } from './history';
import { looks, runWord } from './words';

export interface HistoryShown {
  readonly rows: readonly HistoryRow[];
  readonly selected: string | undefined;
  readonly hasMore: boolean;
}

export interface HistoryActions {
  readonly pick: (run: PipelineRun) => void;
  readonly more: () => void;
}

/** The runs of the pipeline, the newest first; each can be looked at as it was, or run again. */
export class HistoryView {
  readonly element = h('section', { class: 'card history' });
  private readonly place = h('div');
  private drawn = '';
  private shown: HistoryShown | undefined;

  constructor(
    private readonly context: PipelineContext,
    private readonly actions: HistoryActions,
  ) {
    fill(this.element, h('h2', null, t('Runs')), this.place);
  }

  /** Called every minute as well: `12 s ago` grows old. */
  show(shown: HistoryShown | undefined = this.shown): void {
    this.shown = shown;
    if (shown === undefined) return;
    const trusted = this.context.trusted();
    const texts = shown.rows.map(row => [row.run.id, ...this.texts(row)]);
    const key = JSON.stringify([texts, shown.selected, shown.hasMore, trusted]);
    if (key === this.drawn) return;
    this.drawn = key;
    const focused = this.place.contains(document.activeElement)
      ? document.activeElement?.closest('tr')?.dataset['run']
      : undefined;
    fill(this.place, this.content(shown));
    if (focused !== undefined) this.place.querySelector<HTMLElement>(`tr[data-run="${focused}"] button`)?.focus();
  }

  private content({ rows, selected, hasMore }: HistoryShown): readonly Child[] {
    if (rows.length === 0) {
      const run = (): unknown => this.context.act('host/startRun', { pipeline: this.context.pipeline });
      return [
        emptyState(
          t('Not run yet'),
          t('The graph above is the plan of the first run.'),
          button({ label: t('Run'), look: 'primary', disabled: !this.context.trusted(), onClick: run }),
        ),
      ];
    }
    const titles = [t('Run'), t('State'), t('Started'), t('Took'), t('Than before'), t('Started by')];
    const heads = titles.map((title, at) =>
      h('th', { class: at === 3 || at === 4 ? 'num' : '', attrs: { scope: 'col' } }, title),
    );
    const table = h(
      'table',
      { class: 'data' },
      h('caption', { class: 'visually-hidden' }, t('Runs of {0}', this.context.pipeline)),
      h('thead', null, h('tr', null, heads, h('td', null))),
      h(
        'tbody',
        null,
        rows.map(row => this.row(row, row.run.id === selected)),
      ),
    );
    return [
      scrollBox(t('Runs'), table),
      hasMore && button({ label: t('Show older runs'), onClick: () => this.actions.more() }),
    ];
  }

  private texts({ run, number, user, trigger, took, longer, params }: HistoryRow): readonly string[] {
    const given = Object.entries(params).map(([name, value]) => `${name}=${value}`);
    return [
      number === undefined ? run.id.slice(0, 8) : `r-${number}`,
      run.status,
      ago(run.startedAt),
      took === undefined ? '' : duration(took),
      longer === undefined ? '' : `${longer < 0 ? '−' : '+'}${duration(Math.abs(longer))}`,
      [trigger === undefined ? (user ?? '') : triggerText(trigger), run.partition ?? '', ...given]
        .filter(text => text !== '')
        .join(', '),
      user ?? '',
    ];
  }

  private row(row: HistoryRow, isSelected: boolean): HTMLElement {
    const { run, params } = row;
    const [name = '', , started = '', took = '', longer = '', by = ''] = this.texts(row);
    const [icon, tone] = looks[run.status];
    const { act, pipeline, trusted } = this.context;
    const again = button({
      label: t('Run again'),
      title: t('With the same parameters, as modelyard.yaml is now'),
      disabled: !trusted(),
      onClick: () =>
        act('host/startRun', {
          pipeline,
          ...(Object.keys(params).length > 0 && { params }),
          ...(run.partition !== undefined && { partition: run.partition }),
        }),
    });
    again.setAttribute('aria-label', t('Run again like {0}', name));
    const element = h(
      'tr',
      { attrs: { 'aria-current': isSelected ? 'true' : undefined } },
      h(
        'th',
        { attrs: { scope: 'row' } },
        link(name, () => this.actions.pick(run)),
      ),
      h('td', null, statusMark(icon, tone, runWord(run.status)), failedAt(run)),
      h('td', { title: dateTime(run.startedAt) }, started),
      h('td', { class: 'num' }, took),
      h('td', { class: 'num' }, longer),
      h('td', null, by),
      h('td', { class: 'row-actions' }, again),
    );
    element.dataset['run'] = run.id;
    return element;
  }
}

const failedAt = ({ steps }: PipelineRun): Child => {
  const failed = steps.find(({ status }) => status === 'failed');
  return failed && h('span', { class: 'muted' }, ` ${t('at {0}', failed.name)}`);
};

/** `schedule: 0 3 * * 1`, as the trigger says it. */
const triggerText = ({ kind, cause }: NonNullable<HistoryRow['trigger']>): string =>
  cause === '' ? kind : `${kind}: ${cause}`;

const link = (text: string, onClick: () => unknown): HTMLElement =>
  h('button', { class: 'link', attrs: { type: 'button' }, on: { click: () => void onClick() } }, text);
