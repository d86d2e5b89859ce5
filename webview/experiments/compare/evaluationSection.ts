import type { ChartSpec } from '../../../engine/charts/spec';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import type { RunId } from '../../../engine/protocol/ids';
import type { RunSummary } from '../../../engine/protocol/tracking';
import { busy, emptyState } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { metric } from '../../shared/format';
import { isRecord, parseJson } from '../../shared/json';
import { t } from '../../shared/l10n';
import type { Page } from '../../shared/page';
import { ChartGrid } from './chartGrid';
import type { Compared, Comparison, Section } from './section';
import { runLabel } from './section';

type Binary = NonNullable<Evaluation['binary']>;

/** ROC and precision over recall of the runs that were evaluated, on top of each other. */
export class EvaluationSection implements Section {
  readonly element = h('div');
  private readonly grid: ChartGrid;
  private readonly message = h('div');
  /** Of runs that have ended, for good. */
  private readonly known = new Map<RunId, Promise<Binary | undefined>>();
  private asked: Comparison | undefined;

  constructor(private readonly page: Page) {
    this.grid = new ChartGrid(page.channel);
    fill(this.element, this.message, this.grid.element);
  }

  show(comparison: Comparison): void {
    this.asked = comparison;
    void this.load(comparison);
  }

  private async load(comparison: Comparison): Promise<void> {
    const waiting = setTimeout(() => fill(this.message, busy()), 400);
    const found = await Promise.all(
      comparison.compared.map(async one => ({ ...one, binary: await this.binary(one.run) })),
    );
    clearTimeout(waiting);
    if (this.asked !== comparison) return;
    const evaluated = found.flatMap(({ binary, ...one }) => (binary ? [{ ...one, binary }] : []));
    fill(this.message, evaluated.length === 0 && nothing());
    this.grid.show(evaluated.length === 0 ? [] : [roc(evaluated), precisionRecall(evaluated)]);
  }

  private binary(run: RunSummary): Promise<Binary | undefined> {
    const known = this.known.get(run.id);
    if (known) return known;
    const asked = { runId: run.id, path: 'evaluation.json', maxBytes: 16 << 20 };
    const loading = this.page.channel.call('runs/artifact', asked).then(
      ({ text }) => {
        const value = text === undefined ? undefined : parseJson(text);
        return isRecord(value) && isBinary(value['binary']) ? value['binary'] : undefined;
      },
      () => undefined,
    );
    if (run.status !== 'RUNNING') this.known.set(run.id, loading);
    return loading;
  }
}

const nothing = (): HTMLElement =>
  emptyState(t('No evaluation'), t('An `evaluate` step of a pipeline makes one; its curves are drawn here.'));

type Evaluated = Compared & { readonly binary: Binary };
const auc = (run: RunSummary): string => metric(run.metrics['auc']?.value ?? NaN);

const roc = (found: readonly Evaluated[]): ChartSpec => ({
  title: t('ROC curves'),
  summary: found.map(({ run }) => t('r-{0}: AUC {1}', run.number, auc(run))).join(', '),
  x: { label: t('False positive rate'), min: 0, max: 1 },
  y: { label: t('True positive rate'), min: 0, max: 1 },
  series: [
    ...found.map(({ run, slot, binary }) => ({
      label: t('r-{0}: AUC {1}', run.number, auc(run)),
      slot,
      points: binary.roc.x.map((x, index) => ({ x, y: binary.roc.y[index] ?? NaN })),
    })),
    {
      label: t('Chance'),
      slot: 'reference',
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
  ],
});

const precisionRecall = (found: readonly Evaluated[]): ChartSpec => ({
  title: t('Precision and recall'),
  summary: found.map(({ run }) => runLabel(run)).join(', '),
  x: { label: t('Recall'), min: 0, max: 1 },
  y: { label: t('Precision'), min: 0, max: 1 },
  series: found.map(({ run, slot, binary }) => ({
    label: runLabel(run),
    slot,
    points: binary.precisionRecall.x.map((x, index) => ({ x, y: binary.precisionRecall.y[index] ?? NaN })),
  })),
});

const isCurve = (value: unknown): boolean => isRecord(value) && Array.isArray(value['x']) && Array.isArray(value['y']);
const isBinary = (value: unknown): value is Binary =>
  isRecord(value) && isCurve(value['roc']) && isCurve(value['precisionRecall']);
