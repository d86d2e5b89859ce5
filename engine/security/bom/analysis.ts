import type { BomEvaluation } from './evaluation';
import { counted } from '../../plural';

type Numbers = Readonly<Record<string, number | null>>;
type Entry = readonly [name: string, value: number];

const measured = (numbers: Numbers): readonly Entry[] =>
  Object.entries(numbers).flatMap(([name, value]): readonly Entry[] =>
    value === null || !Number.isFinite(value) ? [] : [[name, value]],
  );

/** The metrics of the test part with their 95 % intervals, and those of its slices. */
export function quantitativeAnalysisOf({ metrics, intervals = {}, slices = [], groups = [] }: BomEvaluation): object {
  const whole = measured(metrics).map(([type, value]) => {
    const interval = intervals[type];
    return {
      ...{ type, value: String(value) },
      ...(interval && { confidenceInterval: { lowerBound: String(interval[0]), upperBound: String(interval[1]) } }),
    };
  });
  const parts = slices.flatMap(({ slice, metrics: own }) =>
    measured(own).map(([type, value]) => ({ type, value: String(value), slice })),
  );
  const rates = groups.flatMap(({ groups: all }) =>
    all.flatMap(({ group, rates: own }) =>
      measured(own).map(([type, value]) => ({ type, value: String(value), slice: group })),
    ),
  );
  return { performanceMetrics: [...whole, ...parts, ...rates] };
}

/** What is to be considered: on how many rows it was measured, where it decides, and how groups fare. */
export function considerationsOf({ rows, binary, groups = [] }: BomEvaluation): object {
  const limits = [`Measured on ${counted(rows, 'row')} of the test part; for other data nothing is known.`];
  for (const { by, minRows, groups: all } of groups) {
    const small = all.filter(({ isSmall }) => isSmall).map(({ group }) => group);
    if (small.length > 0)
      limits.push(`Not measured for groups by ${by.join(', ')} with less than ${minRows} rows: ${small.join('; ')}.`);
  }
  const reason = binary?.thresholdReason;
  const tradeoffs = binary
    ? [
        `A row counts as positive at and above ${binary.threshold}${reason === undefined || reason === '' ? '' : ` (${reason})`}.`,
      ]
    : [];
  const fairness = groups.flatMap(group => assessments(group));
  return {
    technicalLimitations: limits,
    ...(tradeoffs.length > 0 && { performanceTradeoffs: tradeoffs }),
    ...(fairness.length > 0 && { fairnessAssessments: fairness }),
  };
}

type Groups = NonNullable<BomEvaluation['groups']>[number];

/** Of each group that is large enough what it gets, and of all how far apart they are. */
function assessments({ by, groups, measures }: Groups): readonly object[] {
  const apart = measured(measures)
    .map(([name, value]) => `${name} ${round(value)}`)
    .join(', ');
  return groups
    .filter(({ isSmall }) => !isSmall)
    .map(({ group, rows, rates }) => ({
      groupAtRisk: group,
      benefits: `Of ${counted(rows, 'row')}: ${measured(rates)
        .map(([name, value]) => `${name} ${round(value)}`)
        .join(', ')}.`,
      ...(apart !== '' && { harms: `Between groups by ${by.join(', ')}: ${apart}.` }),
    }));
}

const round = (value: number): string => String(Math.round(value * 1e4) / 1e4);
