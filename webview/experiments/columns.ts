import type { RunSummary } from '../../engine/protocol/tracking';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { ago, dateTime, duration, metric, signed } from '../shared/format';
import { t } from '../shared/l10n';
import { higherIsBetter } from '../shared/metricDirection';
import { runStatus } from '../shared/status';

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
  readonly text: (run: RunSummary) => string;
  readonly cell: (run: RunSummary, baseline: RunSummary | undefined) => Child;
}

const plain = (column: Omit<RunColumn, 'cell' | 'numeric'> & { readonly numeric?: boolean }): RunColumn => ({
  numeric: false,
  ...column,
  cell: run => h('span', { title: column.text(run) }, column.text(run)),
});

const took = ({ startedAt, endedAt }: RunSummary): string =>
  endedAt === undefined ? '' : duration(endedAt - startedAt);

const attributes: readonly RunColumn[] = [
  {
    ...plain({
      id: 'attributes.status',
      title: t('Status'),
      group: 'attributes',
      width: 104,
      orderBy: 'attributes.status',
      text: run => run.status,
    }),
    cell: run => runStatus(run.status),
  },
  {
    ...plain({
      id: 'attributes.started',
      title: t('Started'),
      group: 'attributes',
      width: 100,
      orderBy: 'attributes.start_time',
      text: run => new Date(run.startedAt).toISOString(),
    }),
    cell: run => h('span', { title: dateTime(run.startedAt) }, ago(run.startedAt)),
  },
  plain({ id: 'attributes.took', title: t('Took'), group: 'attributes', width: 84, numeric: true, text: took }),
  plain({
    id: 'attributes.user',
    title: t('User'),
    group: 'attributes',
    width: 90,
    orderBy: 'attributes.user_id',
    text: run => run.user,
  }),
  plain({
    id: 'attributes.data',
    title: t('Data'),
    group: 'attributes',
    width: 130,
    text: run => [...new Set(run.inputs.map(({ dataset, digest }) => `${dataset} ${digest.slice(0, 8)}`))].join(', '),
  }),
  plain({
    id: 'attributes.pipeline',
    title: t('Pipeline'),
    group: 'attributes',
    width: 110,
    orderBy: 'tags.`modelyard.pipeline`',
    text: run => run.tags['modelyard.pipeline'] ?? '',
  }),
  plain({
    id: 'attributes.commit',
    title: t('Commit'),
    group: 'attributes',
    width: 90,
    text: run => (run.tags['mlflow.source.git.commit'] ?? '').slice(0, 8),
  }),
];

/** Every column that these runs could fill. */
export function runColumns(runs: readonly RunSummary[]): readonly RunColumn[] {
  const keys = (of: (run: RunSummary) => object): string[] =>
    [...new Set(runs.flatMap(run => Object.keys(of(run))))].sort();
  const ownTags = keys(run => run.tags).filter(key => !/^(mlflow|modelyard)\./.test(key));
  return [
    ...attributes,
    ...keys(run => run.metrics).map(metricColumn),
    ...keys(run => run.params).map(key => textColumn('params', key, run => run.params[key] ?? '')),
    ...ownTags.map(key => textColumn('tags', key, run => run.tags[key] ?? '')),
  ];
}

const width = (title: string, least: number): number => Math.min(220, Math.max(least, title.length * 8 + 36));

const quoted = (kind: string, key: string): string => `${kind}.${key.includes('`') ? `"${key}"` : `\`${key}\``}`;

const metricColumn = (key: string): RunColumn => ({
  id: `metrics.${key}`,
  title: key,
  group: 'metrics',
  width: width(key, 96),
  numeric: true,
  orderBy: quoted('metrics', key),
  text: run => String(run.metrics[key]?.value ?? ''),
  cell: (run, baseline) => {
    const value = run.metrics[key]?.value;
    if (value === undefined) return '';
    const base = baseline?.metrics[key]?.value;
    if (base === undefined) return h('span', null, metric(value));
    // The baseline keeps the place free, so that the values stand below each other.
    const beside = baseline?.id === run.id ? h('span', { class: 'difference' }) : difference(key, value - base);
    return h('span', { class: 'with-difference' }, h('span', null, metric(value)), beside);
  },
});

/** Better or worse than the baseline, by sign, arrow and colour. */
function difference(key: string, value: number): HTMLElement {
  const isGood = higherIsBetter(key);
  if (value === 0 || !Number.isFinite(value)) return h('span', { class: 'difference' }, value === 0 ? '±0' : '');
  const verdict = isGood === undefined ? '' : value > 0 === isGood ? 'better' : 'worse';
  const word = { better: t('better'), worse: t('worse'), '': '' }[verdict];
  return h(
    'span',
    { class: `difference ${verdict}`, title: word },
    signed(value),
    word !== '' && h('span', { class: 'visually-hidden' }, word),
  );
}

const textColumn = (group: 'params' | 'tags', key: string, text: (run: RunSummary) => string): RunColumn => ({
  id: `${group}.${key}`,
  title: key,
  group,
  width: width(key, 96),
  numeric: false,
  orderBy: quoted(group, key),
  text,
  cell: (run, baseline) => {
    const isChanged = baseline !== undefined && baseline.id !== run.id && text(baseline) !== text(run);
    return h('span', { class: isChanged ? 'mono changed' : 'mono', title: text(run) }, text(run));
  },
});

/** Parameters that are the same in all of the runs tell nothing about them. */
export function isConstant({ text }: RunColumn, runs: readonly RunSummary[]): boolean {
  const [first, ...rest] = runs;
  return first !== undefined && rest.length > 0 && rest.every(run => text(run) === text(first));
}
