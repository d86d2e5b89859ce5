import { collectReport } from '../../../engine/charts/report/collect';
import { reportHtml } from '../../../engine/charts/report/report';
import type { RunSummary } from '../../../engine/protocol/tracking';
import { swatch } from '../../shared/charts/legend';
import { button, failure, tabs } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import type { Page } from '../../shared/page';
import { onThemeChange } from '../../shared/theme';
import { ArtifactsSection } from './artifacts/artifactsSection';
import { CurvesSection } from './curvesSection';
import { DiffSection } from './diffSection';
import { EvaluationSection } from './evaluationSection';
import { MetricsSection } from './metricsSection';
import { ParametersSection } from './parametersSection';
import type { Compared, Comparison, Section } from './section';
import { runLabel } from './section';

/** More curves than this in one chart nobody can follow, and the engine would read for long. */
export const mostCompared = 50;

export interface CompareInput extends Omit<Comparison, 'compared'> {
  /** Those that are ticked. */
  readonly runs: readonly RunSummary[];
}

type SectionMaker = (page: Page) => Section;
const sections: readonly (readonly [id: string, title: () => string, make: SectionMaker])[] = [
  ['metrics', () => t('Metrics'), page => new MetricsSection(page)],
  ['curves', () => t('Curves'), page => new CurvesSection(page)],
  ['parameters', () => t('Parameters'), page => new ParametersSection(page)],
  ['evaluation', () => t('Evaluation'), page => new EvaluationSection(page)],
  ['artifacts', () => t('Artifacts'), page => new ArtifactsSection(page)],
  ['diff', () => t('Differences'), page => new DiffSection(page)],
];

/** The ticked runs side by side, in tabs; a tab is made when somebody first looks at it. */
export class Compare {
  readonly element = h('section', { class: 'compare', attrs: { 'aria-label': t('Comparison') } });
  private readonly head = h('div', { class: 'row compare-head' });
  private readonly message = h('div');
  private readonly places = new Map(sections.map(([id]) => [id, h('div', { class: 'compare-section' })]));
  private readonly made = new Map<string, Section>();
  private active: string;
  private input: CompareInput | undefined;
  private hidden: ReadonlySet<string>;

  constructor(private readonly page: Page) {
    const { state } = page;
    const kept = state.text('compareTab') ?? '';
    this.active = this.places.has(kept) ? kept : 'metrics';
    this.hidden = new Set(state.texts('hiddenRuns'));
    const list = sections.map(([id, title]) => ({ id, title: title(), content: this.places.get(id) ?? h('div') }));
    fill(
      this.element,
      this.head,
      this.message,
      tabs({ label: t('Comparison'), tabs: list, active: this.active, onShow: id => this.open(id) }),
    );
    onThemeChange(() => this.drawHead());
    this.element.hidden = true;
  }

  show(input: CompareInput): void {
    this.input = input;
    this.element.hidden = input.runs.length === 0;
    this.drawHead();
    this.showActive();
  }

  private open(id: string): void {
    this.active = id;
    this.page.state.set('compareTab', id);
    this.showActive();
  }

  private showActive(): void {
    if (!this.input || this.input.runs.length === 0) return;
    const section = this.made.get(this.active) ?? this.make(this.active);
    section?.show(this.comparison(this.input));
  }

  private make(id: string): Section | undefined {
    const make = sections.find(([known]) => known === id)?.[2];
    if (!make) return undefined;
    const section = make(this.page);
    this.made.set(id, section);
    this.places.get(id)?.append(section.element);
    return section;
  }

  private comparison({ runs, ...rest }: CompareInput): Comparison {
    const compared = runs
      .slice(0, mostCompared)
      .filter(({ id }) => !this.hidden.has(id))
      .map((run): Compared => ({ run, slot: rest.slotOf(run) }));
    return { compared, ...rest };
  }

  /** The legend of all charts; each run can be taken out of them and put back. */
  private drawHead(): void {
    const { runs, slotOf } = this.input ?? { runs: [], slotOf: () => 0 };
    const more = runs.length - mostCompared;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['run'] : undefined;
    fill(
      this.head,
      h('h2', null, t('Compared')),
      runs.slice(0, mostCompared).map(run => this.chip(run, slotOf(run))),
      button({ label: t('Report'), title: t('Writes the comparison to one HTML file'), onClick: () => this.report() }),
      more > 0 &&
        h('span', { class: 'muted' }, t('{0} more are ticked; charts show the first {1}.', more, mostCompared)),
    );
    if (focused !== undefined) this.head.querySelector<HTMLElement>(`[data-run="${focused}"]`)?.focus();
  }

  private chip(run: RunSummary, slot: number): HTMLElement {
    const isShown = !this.hidden.has(run.id);
    return h(
      'button',
      {
        class: isShown ? 'chip' : 'chip chip-hidden',
        title: isShown ? t('Hide {0} in the charts', runLabel(run)) : t('Show {0} in the charts', runLabel(run)),
        attrs: { type: 'button', 'aria-pressed': String(isShown), 'data-run': run.id },
        on: { click: () => this.toggle(run.id) },
      },
      swatch({ slot }),
      `${runLabel(run)} ${run.name}`,
    );
  }

  /** The baseline first, whatever else is ticked. */
  private async report(): Promise<void> {
    const { channel } = this.page;
    if (!this.input) return;
    const { baseline, slotOf } = this.input;
    const runs = this.comparison(this.input).compared.map(({ run }) => run);
    const ordered = [...runs.filter(({ id }) => id === baseline), ...runs.filter(({ id }) => id !== baseline)];
    try {
      const report = await collectReport(
        ordered,
        { madeAt: Date.now(), slotOf },
        {
          curveKeys: runIds => channel.call('runs/curveKeys', { runIds }),
          curves: query => channel.call('runs/curves', query),
        },
      );
      await channel.call('host/save', { name: 'comparison.html', text: reportHtml(report, t) });
      fill(this.message);
    } catch (error) {
      fill(this.message, failure(error));
    }
  }

  private toggle(id: string): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(id)) hidden.add(id);
    this.hidden = hidden;
    this.page.state.set('hiddenRuns', [...hidden]);
    this.drawHead();
    this.showActive();
  }
}
