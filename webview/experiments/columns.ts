import type { KeySummary, MetricSummary, RunGroup, RunKeys } from '../../engine/protocol/runTable';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { ago, count, dateTime, duration, metric, signed } from '../shared/format';
import type { CellLook } from '../shared/grid/gridTypes';
import { t } from '../shared/l10n';
import { higherIsBetter } from '../shared/metricDirection';
import { runStatus } from '../shared/status';

export const noteTag = 'mlflow.note.content';

export interface CellContext {
  readonly baseline: RunSummary | undefined;
  /** Shade by size. */
  readonly isHeat: boolean;
}

/** A column that the table can show. */
export interface RunColumn {
  /** `attributes.status`, `metrics.auc`, `params.C`, `tags.team` */
  readonly id: string;
  readonly title: string;
  readonly group: 'attributes' | 'metrics' | 'params' | 'tags';
  readonly width: number;
  readonly numeric: boolean;
  /** What the engine sorts by; absent: it cannot. */
  readonly orderBy?: string;
  /** What the engine groups by. */
  readonly groupBy?: string;
  /** All runs that were found have it, with the same value. */
  readonly constant: boolean;
  readonly text: (run: RunSummary) => string;
  readonly cell: (run: RunSummary, context: CellContext) => Child;
  readonly look?: (run: RunSummary, context: CellContext) => CellLook | undefined;
  /** What stands there in the line of a group. */
  readonly summary?: (group: RunGroup) => Child;
}

type Plain = Omit<RunColumn, 'cell' | 'numeric' | 'constant' | 'group'> & { readonly numeric?: boolean };

const attribute = (column: Plain): RunColumn => ({
  numeric: false,
  constant: false,
  group: 'attributes',
  ...column,
  cell: run => h('span', { title: column.text(run) }, column.text(run)),
});

const took = ({ startedAt, endedAt }: RunSummary): string =>
  endedAt === undefined ? '' : duration(endedAt - startedAt);
const time = (at: number): HTMLElement => h('span', { title: dateTime(at) }, ago(at));

/** Tags that people gave, not tools. */
export const ownTags = ({ tags }: Pick<RunSummary, 'tags'>): readonly (readonly [string, string])[] =>
  Object.entries(tags).filter(([key]) => isOwnTag(key));
export const isOwnTag = (key: string): boolean => !/^(mlflow|modelyard)\./.test(key);

const attributes: readonly RunColumn[] = [
  {
    ...attribute({
      id: 'attributes.status',
      title: t('Status'),
      width: 104,
      orderBy: 'attributes.status',
      groupBy: 'attributes.status',
      text: run => run.status,
    }),
    cell: run => runStatus(run.status),
  },
  {
    ...attribute({
      id: 'attributes.started',
      title: t('Started'),
      width: 100,
      orderBy: 'attributes.start_time',
      text: run => new Date(run.startedAt).toISOString(),
      summary: ({ newest }) => time(newest),
    }),
    cell: run => time(run.startedAt),
  },
  attribute({ id: 'attributes.took', title: t('Took'), width: 84, numeric: true, text: took }),
  {
    ...attribute({ id: 'attributes.note', title: t('Note'), width: 160, text: run => run.tags[noteTag] ?? '' }),
    cell: run => h('span', { class: 'note', title: run.tags[noteTag] ?? '' }, (run.tags[noteTag] ?? '').split('\n')[0]),
  },
  {
    ...attribute({
      id: 'attributes.tags',
      title: t('Tags'),
      width: 160,
      text: run => ownTags(run).map(tagText).join(', '),
    }),
    cell: run => tagChips(run),
  },
  attribute({
    id: 'attributes.user',
    title: t('User'),
    width: 90,
    orderBy: 'attributes.user_id',
    groupBy: 'attributes.user_id',
    text: run => run.user,
  }),
  attribute({
    id: 'attributes.data',
    title: t('Data'),
    width: 130,
    groupBy: 'datasets',
    text: run => [...new Set(run.inputs.map(({ dataset, digest }) => `${dataset} ${digest.slice(0, 8)}`))].join(', '),
  }),
  attribute({
    id: 'attributes.pipeline',
    title: t('Pipeline'),
    width: 110,
    orderBy: 'tags.`modelyard.pipeline`',
    groupBy: 'attributes.pipeline',
    text: run => run.tags['modelyard.pipeline'] ?? '',
  }),
  attribute({
    id: 'attributes.commit',
    title: t('Commit'),
    width: 90,
    orderBy: 'tags.`mlflow.source.git.commit`',
    groupBy: 'tags.`mlflow.source.git.commit`',
    text: run => (run.tags['mlflow.source.git.commit'] ?? '').slice(0, 8),
  }),
];

const tagText = ([key, value]: readonly [string, string]): string => (value === '' ? key : `${key}: ${value}`);
const tagChips = (run: RunSummary): HTMLElement =>
  h(
    'span',
    { class: 'tags', title: ownTags(run).map(tagText).join('\n') },
    ownTags(run).map(pair => h('span', { class: 'tag' }, tagText(pair))),
  );

/** Every column that the runs that were found could fill. */
export const runColumns = ({ metrics, params, tags }: RunKeys): readonly RunColumn[] => [
  ...attributes,
  ...metrics.map(metricColumn),
  ...params.map(key => textColumn('params', key, run => run.params[key.key] ?? '')),
  ...tags.filter(({ key }) => isOwnTag(key)).map(key => textColumn('tags', key, run => run.tags[key.key] ?? '')),
];

const width = (title: string, least: number): number => Math.min(220, Math.max(least, title.length * 8 + 36));

const quoted = (kind: string, key: string): string => `${kind}.\`${key.replaceAll('`', '``')}\``;

function metricColumn(summary: MetricSummary): RunColumn {
  const { key, constant } = summary;
  const valueOf = (run: RunSummary | undefined): number | undefined => run?.metrics[key]?.value;
  return {
    id: `metrics.${key}`,
    title: key,
    group: 'metrics',
    width: width(key, 96),
    numeric: true,
    constant,
    orderBy: quoted('metrics', key),
    text: run => String(valueOf(run) ?? ''),
    cell: (run, { baseline }) => {
      const value = valueOf(run);
      if (value === undefined) return '';
      const base = valueOf(baseline);
      if (base === undefined) return h('span', null, metric(value));
      // The baseline keeps the place free, so that the values stand below each other.
      const beside = baseline?.id === run.id ? h('span', { class: 'difference' }) : difference(key, value - base);
      return h('span', { class: 'with-difference' }, h('span', null, metric(value)), beside);
    },
    look: (run, { baseline, isHeat }) => {
      const value = valueOf(run);
      if (value === undefined) return undefined;
      if (isHeat) return heat(value, summary);
      const base = valueOf(baseline);
      const verdict = base === undefined || baseline?.id === run.id ? '' : verdictOf(key, value - base);
      return verdict === '' ? undefined : { class: `tint-${verdict}` };
    },
    summary: ({ metrics }) => {
      const of = metrics[key];
      if (!of) return '';
      const best = higherIsBetter(key) === false ? of.min : of.max;
      const title =
        of.n === 1
          ? t('1 run, {0}', metric(of.min))
          : t('{0} runs, from {1} to {2}', count(of.n), metric(of.min), metric(of.max));
      const spread = of.sd === undefined ? '' : ` ± ${metric(of.sd)}`;
      return h(
        'span',
        { class: 'mean', title },
        `${metric(of.mean)}${spread}`,
        h('span', { class: 'visually-hidden' }, t('best {0}', metric(best))),
      );
    },
  };
}

/** The best of the runs that were found has the full shade, the worst none. */
function heat(value: number, { key, min, max }: MetricSummary): CellLook | undefined {
  if (min === undefined || max === undefined || !Number.isFinite(max - min) || max <= min || !Number.isFinite(value))
    return undefined;
  const share = Math.min(1, Math.max(0, (value - min) / (max - min)));
  return { class: 'heat', style: { '--heat': (higherIsBetter(key) === false ? 1 - share : share).toFixed(3) } };
}

function verdictOf(key: string, difference: number): 'better' | 'worse' | '' {
  const isGood = higherIsBetter(key);
  if (difference === 0 || !Number.isFinite(difference) || isGood === undefined) return '';
  return difference > 0 === isGood ? 'better' : 'worse';
}

/** Better or worse than the baseline, by sign, arrow and colour. */
function difference(key: string, value: number): HTMLElement {
  if (value === 0 || !Number.isFinite(value)) return h('span', { class: 'difference' }, value === 0 ? '±0' : '');
  const verdict = verdictOf(key, value);
  const word = { better: t('better'), worse: t('worse'), '': '' }[verdict];
  return h(
    'span',
    { class: `difference ${verdict}`, title: word },
    signed(value),
    word !== '' && h('span', { class: 'visually-hidden' }, word),
  );
}

function textColumn(group: 'params' | 'tags', summary: KeySummary, text: (run: RunSummary) => string): RunColumn {
  const isChanged = (run: RunSummary, { baseline }: CellContext): boolean =>
    baseline !== undefined && baseline.id !== run.id && text(baseline) !== text(run);
  return {
    id: `${group}.${summary.key}`,
    title: summary.key,
    group,
    width: width(summary.key, 96),
    numeric: false,
    constant: summary.constant,
    orderBy: quoted(group, summary.key),
    groupBy: quoted(group, summary.key),
    text,
    cell: (run, context) => cellOf(text(run), isChanged(run, context)),
    look: (run, context) => (isChanged(run, context) ? { class: 'tint-changed' } : undefined),
  };
}

const cellOf = (text: string, changed: boolean): HTMLElement =>
  h(
    'span',
    { class: changed ? 'mono changed' : 'mono', title: text },
    text,
    changed && h('span', { class: 'visually-hidden' }, `, ${t('changed')}`),
  );
