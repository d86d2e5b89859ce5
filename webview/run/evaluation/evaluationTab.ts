import type { Evaluation, ThresholdPoint } from '../../../engine/protocol/evaluation';
import type { ChartSpec } from '../../../engine/charts/spec';
import { emptyState } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { metric } from '../../shared/format';
import { t } from '../../shared/l10n';
import { slider } from '../../shared/slider';
import type { RunContext } from '../context';
import type { RunData } from '../runStore';
import type { RunTab } from '../tab';
import { championCard } from './championCard';
import { ChartList } from './chartList';
import { confusionCard, matrixCard } from './confusion';
import { ExplanationView } from './explanationView';
import { FoldsView } from './foldsView';
import { groupsCard, groupSpecs } from './groups';
import { slicesCard } from './slices';
import { contributionsSpec, dependenceSpecs } from './explanationSpecs';
import * as specs from './specs';
import { sliceLossSpec, worstSlicesCard } from './worstSlices';
import { nearest, stops } from './threshold';

/** How good the model is, and what another threshold would do. */
export class EvaluationTab implements RunTab {
  readonly element = h('div', { class: 'evaluation' });
  private readonly champion = h('div');
  private readonly counts = h('div', { attrs: { 'aria-live': 'polite' } });
  private readonly slices = h('div', { class: 'stack' });
  private marked: string | undefined;
  private isSought = false;
  private readonly charts: ChartList;
  private readonly explanation: ExplanationView;
  private readonly folds: FoldsView;
  private shown: Evaluation | undefined;
  private all: readonly ThresholdPoint[] = [];
  private at = 0;

  constructor(context: RunContext) {
    this.charts = new ChartList(context.channel);
    this.explanation = new ExplanationView(context);
    this.folds = new FoldsView(context);
  }

  update({ evaluation, explanation, champion, crossValidation, learningCurve, run }: RunData): void {
    fill(this.champion, championCard(champion));
    this.folds.update(crossValidation, learningCurve);
    this.explanation.update(explanation);
    if (!evaluation && (crossValidation ?? learningCurve)) {
      fill(this.element, this.folds.element);
      return;
    }
    if (!evaluation) {
      const hint =
        run.status === 'RUNNING'
          ? t('It appears when the step `evaluate` has ended.')
          : t('The run has no evaluation.json. The step `evaluate` of a pipeline writes it.');
      fill(this.element, emptyState(t('Not evaluated'), hint));
      return;
    }
    if (evaluation === this.shown) return;
    this.shown = evaluation;
    this.all = stops(evaluation);
    const values = this.all.map(({ threshold }) => threshold);
    this.at = nearest(values, evaluation.binary?.threshold ?? 0.5);
    fill(
      this.element,
      this.thresholdCard(evaluation),
      this.champion,
      this.charts.element,
      this.explanation.element,
      this.slices,
      this.folds.element,
    );
    this.draw(evaluation);
  }

  private thresholdCard(evaluation: Evaluation): HTMLElement {
    const { binary } = evaluation;
    if (!binary) return matrixCard(evaluation);
    const own = metric(binary.threshold);
    const move = slider({
      label: t('Threshold'),
      max: this.all.length - 1,
      step: 1,
      value: this.at,
      format: index => metric(this.all[index]?.threshold ?? NaN),
      onInput: index => {
        this.at = index;
        this.draw(evaluation);
      },
    });
    const back = h('button', { class: 'link', attrs: { type: 'button' } }, t('Back to {0}', own));
    back.addEventListener('click', () => {
      const input = move.querySelector('input');
      if (!input) return;
      input.valueAsNumber = nearest(
        this.all.map(({ threshold }) => threshold),
        binary.threshold,
      );
      input.dispatchEvent(new Event('input'));
    });
    return h('section', { class: 'card threshold' }, [
      h('div', { class: 'card-head' }, h('h2', null, t('At another threshold')), move, back),
      h('p', { class: 'muted' }, t('The model uses {0}: {1}', own, binary.thresholdReason)),
      this.counts,
    ]);
  }

  private draw(evaluation: Evaluation): void {
    const { binary } = evaluation;
    const at = this.all[this.at];
    const own = this.all.find(({ threshold }) => threshold === binary?.threshold) ?? at;
    const drawn: (ChartSpec | undefined)[] = [];
    if (binary && at && own) {
      const view = { evaluation, binary, at, stops: this.all };
      fill(this.counts, confusionCard(view, own));
      drawn.push(specs.rocSpec(view), specs.precisionRecallSpec(view), specs.costSpec(view), specs.scoresSpec(view));
      drawn.push(specs.calibrationSpec(view), specs.fairnessSpec(view));
    }
    drawn.push(specs.importanceSpec(evaluation), contributionsSpec(evaluation), ...dependenceSpecs(evaluation));
    drawn.push(specs.residualsSpec(evaluation), sliceLossSpec(evaluation), ...groupSpecs(evaluation));
    this.charts.show(drawn.filter(spec => spec !== undefined));
    fill(this.slices, slicesCard(evaluation, at, this.marked), groupsCard(evaluation), worstSlicesCard(evaluation));
    this.showMarked();
  }

  /** Has a slice stand out, once it is drawn; its text as modelyard.yaml has it. */
  mark(slice: string | undefined): void {
    this.marked = slice?.replace(/\s+/g, ' ').trim();
    this.isSought = this.marked !== undefined;
    this.showMarked();
  }

  private showMarked(): void {
    if (!this.isSought) return;
    requestAnimationFrame(() => {
      const found = this.slices.querySelector('mark');
      if (found === null) return;
      this.isSought = false;
      found.scrollIntoView({ block: 'center' });
      found.focus();
    });
  }
}
