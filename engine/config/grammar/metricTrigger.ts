import * as v from 'valibot';
import { metricAggregates } from '../../protocol/triggers';
import type { MetricAggregate, MetricBound, MetricTrigger } from '../../protocol/triggers';
import { flag, refersTo, text, wholeNumber } from './terms';
import { limits } from './triggerLimits';

const operators = ['<', '<=', '>', '>='] as const;
const defaultOver = 10;

const bound = (what: string) =>
  v.pipe(
    text(what),
    v.regex(
      /^\s*(<=?|>=?)\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/,
      'bad-condition|must be `<`, `<=`, `>` or `>=` and a number, such as "< 0.75"',
    ),
    v.examples(['< 0.75', '>= 0.8', '> 100']),
    v.transform((value): MetricBound => {
      const [, operator = '<', rest = ''] = /^\s*(<=?|>=?)(.*)$/.exec(value) ?? [];
      return { operator: operators.find(one => one === operator) ?? '<', value: Number(rest) };
    }),
  );

/** `on: metric:` */
export const metric = v.pipe(
  v.strictObject({
    key: v.pipe(text('the name of a metric'), refersTo('metric'), v.description('The name of the metric.')),
    condition: v.pipe(
      bound('a condition such as "< 0.75"'),
      v.description('It starts when the metric becomes so; not again before it has come back.'),
    ),
    until: v.exactOptional(
      v.pipe(
        bound('a condition such as ">= 0.8"'),
        v.description(
          'When it has come back, such as ">= 0.8" for "< 0.75": so that a metric which swings about a bound starts one run. Without it: when `condition` is no longer true.',
        ),
      ),
    ),
    experiment: v.exactOptional(
      v.pipe(
        text('the name of an experiment'),
        v.description('Whose runs. Without it: that of the pipelines, `name`.'),
      ),
    ),
    runs: v.exactOptional(
      v.pipe(
        text('a filter of runs'),
        v.description("Which of its runs, in the grammar of MLflow's search."),
        v.examples([`tags.stage = 'production'`, `params.source = 'live'`]),
      ),
    ),
    nested: v.optional(
      v.pipe(flag(), v.description('Whether runs within other runs (trials, folds, one of several models) count.')),
      false,
    ),
    aggregate: v.optional(
      v.pipe(
        v.picklist(metricAggregates),
        v.description('What is judged: the last value, or the mean, median, least or greatest of the last `over`.'),
      ),
      'last',
    ),
    over: v.exactOptional(
      v.pipe(
        wholeNumber(2, 10_000),
        v.description('Of how many of the newest values; before there are so many nothing is judged.'),
      ),
    ),
    ...limits,
  }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): MetricTrigger => {
    const problem = metricProblem(value);
    if (problem !== undefined) {
      addIssue({ message: problem });
      return NEVER;
    }
    const { over = value.aggregate === 'last' ? 1 : defaultOver, ...rest } = value;
    return { ...rest, over };
  }),
  v.description(
    'A metric that runs log, also those of MLflow clients: it starts when a new value crosses a bound, once until the metric has come back.',
  ),
);

interface MetricWords {
  readonly condition: MetricBound;
  readonly until?: MetricBound;
  readonly aggregate: MetricAggregate;
  readonly over?: number;
}

function metricProblem({ condition, until, aggregate, over }: MetricWords): string | undefined {
  if (aggregate === 'last' && over !== undefined)
    return 'bad-condition|has `over`, which needs `aggregate: mean`, `median`, `min` or `max`';
  if (until === undefined) return undefined;
  const isBelow = condition.operator.startsWith('<');
  const turned = isBelow === until.operator.startsWith('<');
  const apart = isBelow ? until.value >= condition.value : until.value <= condition.value;
  return !turned && apart
    ? undefined
    : `bad-condition|must have an \`until\` on the other side of \`condition\`, such as "${isBelow ? '>=' : '<='} ${condition.value}"`;
}
