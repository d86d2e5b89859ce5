import type { Place } from '../../engine/protocol/errors';
import type { PipelineRun, StepRun } from '../../engine/protocol/pipelines';
import type { RunSummary } from '../../engine/protocol/tracking';
import { emptyState } from '../shared/components';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { bytes, count, duration, metric, short } from '../shared/format';
import { t } from '../shared/l10n';
import { placeLinks } from '../shared/placeLink';
import { statusMark, stepStatus } from '../shared/status';
import type { RunContext } from './context';
import { dataCheckCards } from './dataCheckCards';
import { gateCards } from './gateCards';
import { modelTestCards } from './modelTestCards';
import type { RunData } from './runStore';
import type { RunTab } from './tab';

/** The run on one screen: its main numbers, what the gates say, everything it was given and found. */
export function overview({ init, act }: RunContext): RunTab {
  const open = (place: Place): unknown => act('host/openPlace', { place });
  const element = h('div', { class: 'overview' });
  return {
    element,
    update(data) {
      fill(
        element,
        tiles(data, init.metrics),
        gateCards(data),
        modelTestCards(data.modelTests, open),
        dataCheckCards(data, open),
        h('div', { class: 'columns' }, [
          metricsCard(data),
          h('div', { class: 'stack' }, [stepsCard(data.pipeline, open), dataCard(data), paramsCard(data.run)]),
        ]),
      );
    },
  };
}

/** The main metrics, in large; a run that has none of them shows none. */
function tiles({ run, evaluation }: RunData, keys: readonly string[]): Child {
  const shown = keys.flatMap(key => {
    const point = run.metrics[key];
    return point ? [{ key, value: point.value, interval: evaluation?.intervals?.[key] }] : [];
  });
  const { threshold, thresholdReason } = evaluation?.binary ?? {};
  return (
    shown.length > 0 &&
    h('div', { class: 'tiles' }, [
      ...shown.map(({ key, value, interval }) =>
        h('div', { class: 'tile' }, [
          h('div', { class: 'tile-name' }, key),
          h('div', { class: 'tile-value' }, metric(value)),
          h('div', { class: 'tile-note' }, interval ? between(interval) : ' '),
        ]),
      ),
      threshold !== undefined &&
        h('div', { class: 'tile tile-text' }, [
          h('div', { class: 'tile-name' }, t('threshold')),
          h('div', { class: 'tile-value' }, metric(threshold)),
          h('div', { class: 'tile-note' }, thresholdReason ?? ''),
        ]),
    ])
  );
}

const between = ([low, high]: readonly [number, number]): string => t('95 %: {0} – {1}', metric(low), metric(high));

function metricsCard({ run, evaluation }: RunData): HTMLElement {
  const rows = Object.entries(run.metrics)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { value }]) => {
      const interval = evaluation?.intervals?.[key];
      return [key, metric(value), interval ? `${metric(interval[0])} – ${metric(interval[1])}` : ''];
    });
  const columns = [
    { title: t('Metric') },
    { title: t('Value'), numeric: true },
    { title: t('95 % interval'), numeric: true },
  ];
  const isRunning = run.status === 'RUNNING';
  return card(
    t('Metrics'),
    rows.length > 0
      ? scrollingTable(t('Metrics'), columns, rows)
      : emptyState(
          isRunning ? t('No metric yet') : t('No metrics'),
          isRunning ? t('They appear here as soon as a step logs them.') : t('The run ended before a step logged any.'),
        ),
  );
}

function paramsCard({ params }: RunSummary): HTMLElement {
  const rows = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return card(
    t('Parameters'),
    rows.length > 0
      ? scrollingTable(
          t('Parameters'),
          [{ title: t('Parameter') }, { title: t('Value') }],
          rows.map(([key, value]) => [key, h('span', { class: 'mono' }, value)]),
        )
      : h('p', { class: 'muted' }, t('The run has no parameters.')),
  );
}

type Open = (place: Place) => unknown;

function stepsCard(pipeline: PipelineRun | undefined, open: Open): Child {
  return (
    pipeline &&
    card(
      t('Steps of {0}', pipeline.pipeline),
      scrollingTable(
        t('Steps'),
        [{ title: t('Step') }, { title: t('State') }, { title: t('Took'), numeric: true }],
        pipeline.steps.map(step => [step.name, stepState(step, open), took(step)]),
      ),
    )
  );
}

/** What it took of the machine, each figure in one line; empty for one that was not measured. */
function resourcesText({ resources }: StepRun): readonly Child[] {
  const { cpu, memory, written, isSampled = false } = resources ?? {};
  const told = (value: number | undefined, text: (value: number) => string): readonly string[] =>
    value === undefined || (isSampled && value === 0) ? [] : [isSampled ? `≥ ${text(value)}` : text(value)];
  return [
    ...told(cpu, value => t('{0} of processor', duration(value))),
    ...told(memory, value => t('{0} of memory', bytes(value))),
    ...told(written, value => t('{0} written', bytes(value))),
  ].flatMap((text, at) => [at > 0 && ' · ', h('span', { class: 'step-figure' }, text)]);
}

/** What a failed step says, the way out, and where: by a click the file is open there. */
function stepState(step: StepRun, open: Open): HTMLElement {
  const { error, status, progress, cachedFrom } = step;
  const share = status === 'running' && progress !== undefined ? `${Math.round(progress * 100)} %` : '';
  const said = [share, step.message ?? ''].filter(part => part !== '').join(' · ');
  return h('div', { class: 'step' }, [
    cachedFrom ? statusMark('pass', 'good', t('from {0}', `r-${cachedFrom.run}`)) : stepStatus(status),
    h('div', { class: 'muted' }, error ? [error.message, error.fix ?? ''].join(' ') : said),
    step.resources && h('div', { class: 'muted step-resources' }, resourcesText(step)),
    error &&
      h(
        'div',
        null,
        placeLinks(error, open).flatMap(link => [link, ' ']),
      ),
  ]);
}

const took = ({ startedAt, endedAt }: StepRun): string =>
  startedAt === undefined ? '' : duration((endedAt ?? Date.now()) - startedAt);

function dataCard({ run, datasets }: RunData): Child {
  const names = [...new Map(run.inputs.map(input => [`${input.dataset}@${input.digest}`, input])).values()];
  const rows = names.map(({ dataset, digest }) => {
    const version = datasets.find(known => known.digest === digest);
    const newer = !version && datasets.some(({ name }) => name === dataset);
    return [
      dataset,
      h('span', { class: 'mono', title: digest }, short(digest)),
      version ? count(version.rows) : '',
      version ? version.path : newer ? statusMark('warn', 'warn', t('the file has changed since')) : '',
    ];
  });
  const columns = [
    { title: t('Dataset') },
    { title: t('Version') },
    { title: t('Rows'), numeric: true },
    { title: t('File') },
  ];
  return rows.length > 0 && card(t('Data'), scrollingTable(t('Data'), columns, rows));
}

const card = (title: string, ...children: readonly Child[]): HTMLElement =>
  h('section', { class: 'card' }, h('h2', null, title), ...children);
