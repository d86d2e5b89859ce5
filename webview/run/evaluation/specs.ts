import type {
  BinaryEvaluation,
  CalibrationBin,
  CurvePoints,
  Evaluation,
  ThresholdPoint,
} from '../../../engine/protocol/evaluation';
import type { ChartPoint, ChartSpec } from '../../../engine/charts/spec';
import { metric, percent } from '../../shared/format';
import { t } from '../../shared/l10n';
import { rates } from './threshold';

export interface BinaryView {
  readonly evaluation: Evaluation;
  readonly binary: BinaryEvaluation;
  /** Where the slider is. */
  readonly at: ThresholdPoint;
  readonly stops: readonly ThresholdPoint[];
}

const unit = { min: 0, max: 1 } as const;
const positive = ({ evaluation }: BinaryView): string => evaluation.positive ?? t('positive');
const curve = ({ x, y }: CurvePoints): ChartPoint[] => x.map((value, index) => ({ x: value, y: y[index] ?? NaN }));
const mark = ({ at }: BinaryView) => [{ x: at.threshold, label: metric(at.threshold) }];

export function rocSpec(view: BinaryView): ChartSpec {
  const { falsePositiveRate, recall } = rates(view.at);
  const auc = metric(view.evaluation.metrics['auc'] ?? NaN);
  const { delong } = view.binary;
  const [low = NaN, high = NaN] = delong?.interval ?? [];
  return {
    title: t('ROC curve'),
    summary: t(
      'AUC {0}. At the threshold {1} it finds {2} of “{3}” and flags {4} of the others.',
      auc,
      metric(view.at.threshold),
      percent(recall),
      positive(view),
      percent(falsePositiveRate),
    ),
    ...(delong && {
      note: t('95 % interval of the AUC by DeLong: {0} – {1}.', metric(low), metric(high)),
    }),
    x: { label: t('False positive rate'), ...unit },
    y: { label: t('True positive rate'), ...unit },
    series: [
      here(falsePositiveRate, recall), // first: drawn on top
      { label: t('AUC {0}', auc), slot: 0, points: curve(view.binary.roc) },
      {
        label: t('Chance'),
        slot: 'reference',
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
    ],
  };
}

const here = (x: number, y: number): ChartSpec['series'][number] => ({
  label: t('At the threshold'),
  slot: 1,
  dots: true,
  noLine: true,
  points: [{ x, y }],
});

export function precisionRecallSpec(view: BinaryView): ChartSpec {
  const { precision, recall } = rates(view.at);
  const share = (view.at.tp + view.at.fn) / view.evaluation.rows;
  const average = metric(view.evaluation.metrics['average_precision'] ?? NaN);
  return {
    title: t('Precision and recall'),
    summary: t('Average precision {0}; {1} of the rows are “{2}”.', average, percent(share), positive(view)),
    x: { label: t('Recall'), ...unit },
    y: { label: t('Precision'), ...unit },
    series: [
      here(recall, precision),
      { label: t('Average precision {0}', average), slot: 0, points: curve(view.binary.precisionRecall) },
      {
        label: t('Chance'),
        slot: 'reference',
        points: [
          { x: 0, y: share },
          { x: 1, y: share },
        ],
      },
    ],
  };
}

export function calibrationSpec(view: BinaryView): ChartSpec {
  const error = metric(view.evaluation.metrics['calibration_error'] ?? NaN);
  const { uncalibrated } = view.binary;
  const before = metric(uncalibrated?.metrics['calibration_error'] ?? NaN);
  const all = uncalibrated
    ? t(
        'Calibration error {0}, before the model was calibrated {1}. On the diagonal, what is predicted is what happens.',
        error,
        before,
      )
    : t('Calibration error {0}. On the diagonal, what is predicted is what happens.', error);
  return {
    title: t('Calibration'),
    summary: all,
    x: { label: t('Predicted P({0})', positive(view)), ...unit },
    y: { label: t('Observed share'), ...unit },
    series: [
      {
        label: t('Calibration error {0}', error),
        slot: 0,
        dots: true,
        points: reliability(view.binary.calibration),
      },
      ...(uncalibrated
        ? [
            {
              label: t('Before: {0}', before),
              slot: 1,
              dots: true,
              points: reliability(uncalibrated.calibration),
            },
          ]
        : []),
      {
        label: t('Perfect'),
        slot: 'reference',
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
    ],
  };
}

const reliability = (bins: readonly CalibrationBin[]): ChartPoint[] =>
  bins.map(({ predicted, observed }) => ({ x: predicted, y: observed }));

export function scoresSpec(view: BinaryView): ChartSpec {
  const { scores } = view.binary;
  const others = view.evaluation.classes?.find(name => name !== view.evaluation.positive) ?? t('other');
  return {
    title: t('Scores'),
    summary: t('How often each score was given, by true class.'),
    x: { label: t('Predicted P({0})', positive(view)), ...unit },
    y: { label: t('Rows'), min: 0 },
    marks: mark(view),
    series: [
      { label: others, slot: 0, filled: true, stepped: true, points: histogram(scores.negative) },
      { label: positive(view), slot: 1, filled: true, stepped: true, points: histogram(scores.positive) },
    ],
  };
}

/** Steps drawn "before": the first point opens the first bin, every other closes one. */
const histogram = (counts: readonly number[]): ChartPoint[] => [
  { x: 0, y: counts[0] ?? 0 },
  ...counts.map((count, index) => ({ x: (index + 1) / counts.length, y: count })),
];

export function costSpec(view: BinaryView): ChartSpec | undefined {
  const points = view.stops.flatMap(({ threshold, cost }) => (cost === undefined ? [] : [{ x: threshold, y: cost }]));
  if (points.length === 0) return undefined;
  const least = points.reduce((best, point) => (point.y < best.y ? point : best));
  return {
    title: t('Cost by threshold'),
    summary: t(
      'Least on this test part: {0} a row at {1}; here {2}.',
      metric(least.y),
      metric(least.x),
      metric(view.at.cost ?? NaN),
    ),
    x: { label: t('Threshold'), ...unit },
    y: { label: t('Cost a row') },
    marks: mark(view),
    series: [
      { label: t('Cost a row'), slot: 0, points },
      {
        label: t('Least: {0} at {1}', metric(least.y), metric(least.x)),
        slot: 2,
        dots: true,
        noLine: true,
        points: [least],
      },
    ],
  };
}

/** How often each threshold is right about the favourable outcome of a group, against what it costs. */
export function fairnessSpec(view: BinaryView): ChartSpec | undefined {
  const series = (view.evaluation.slices ?? []).flatMap(({ slice, byThreshold = [] }, slot) =>
    byThreshold.length === 0
      ? []
      : [
          {
            label: slice,
            slot,
            points: byThreshold.map(({ threshold, selectionRateRatio: y }) => ({ x: threshold, y })),
          },
        ],
  );
  if (series.length === 0) return undefined;
  return {
    title: t('Selection rate ratio by threshold'),
    summary: t('Least divided by greatest selection rate of each group and all others; four fifths is a common bound.'),
    x: { label: t('Threshold'), ...unit },
    y: { label: t('Ratio'), ...unit },
    marks: mark(view),
    series: [
      ...series,
      {
        label: t('Four fifths'),
        slot: 'reference',
        points: [
          { x: 0, y: 0.8 },
          { x: 1, y: 0.8 },
        ],
      },
    ],
  };
}

export function importanceSpec({ importance = [], importanceRows }: Evaluation): ChartSpec | undefined {
  if (importance.length === 0) return undefined;
  const sorted = [...importance].sort((a, b) => b.importance - a.importance).slice(0, 30);
  const [first] = sorted;
  return {
    title: t('Permutation importance'),
    summary: t(
      '“{0}” matters most: shuffled, the main metric falls by {1}.',
      first?.feature ?? '',
      metric(first?.importance ?? 0),
    ),
    ...(importanceRows !== undefined && { note: t('Measured on {0} rows of the test part.', importanceRows) }),
    x: { label: t('Column') },
    y: {
      label: t('Fall of the main metric when the column is shuffled (± standard deviation)'),
      covers: sorted.flatMap(({ importance: value, std }) => [value - std, value + std]),
    },
    categories: sorted.map(({ feature }) => feature),
    height: 60 + sorted.length * 20,
    series: [
      {
        label: t('Importance'),
        slot: 0,
        points: sorted.map(({ importance: y, std }, x) => ({ x, y, low: y - std, high: y + std })),
      },
    ],
  };
}

export function residualsSpec({ residuals }: Evaluation): ChartSpec | undefined {
  if (!residuals) return undefined;
  const { edges, counts } = residuals;
  return {
    title: t('Residuals'),
    summary: t('Observed minus predicted.'),
    x: { label: t('Observed − predicted') },
    y: { label: t('Rows'), min: 0 },
    series: [
      {
        label: t('Rows'),
        slot: 0,
        filled: true,
        stepped: true,
        points: edges.map((x, index) => ({ x, y: counts[Math.max(0, index - 1)] ?? 0 })),
      },
    ],
  };
}
