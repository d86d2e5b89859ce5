import { button } from '../shared/components';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { count, dateTime, short } from '../shared/format';
import { t } from '../shared/l10n';
import { runStatus } from '../shared/status';
import type { RunContext } from './context';
import type { RunData } from './runStore';
import type { RunTab } from './tab';

/** Data, run and model versions, left to right. */
export function lineage(context: RunContext): RunTab {
  let node = '';
  const columns = h('div', { class: 'lineage' });
  const whole = button({
    label: t('Whole Lineage'),
    onClick: () => context.act('host/openLineage', { node }),
  });
  const element = h('div', { class: 'lineage-tab' }, columns, whole);
  return {
    element,
    update(data) {
      node = `r-${data.run.number}`;
      fill(columns, column(t('Data'), sources(data)), arrow(), column(t('Run'), [run(data, context)]), arrow());
      columns.append(column(t('Model versions'), versions(data, context)));
    },
  };
}

const arrow = (): HTMLElement => h('div', { class: 'arrow', attrs: { 'aria-hidden': true } }, '→');

const column = (title: string, boxes: readonly Child[]): HTMLElement =>
  h('section', { class: 'lineage-column' }, h('h2', null, title), ...boxes);

const box = (title: Child, ...lines: readonly Child[]): HTMLElement =>
  h('div', { class: 'card box' }, h('h3', null, title), ...lines.map(line => line && h('div', null, line)));

function sources({ run, datasets }: RunData): readonly Child[] {
  const inputs = new Map<string, string[]>();
  for (const { dataset, digest, context } of run.inputs)
    inputs.set(`${dataset}\n${digest}`, [...(inputs.get(`${dataset}\n${digest}`) ?? []), context]);
  if (inputs.size === 0) return [h('p', { class: 'muted' }, t('No dataset was recorded for this run.'))];
  return [...inputs].map(([key, uses]) => {
    const [name = '', digest = ''] = key.split('\n');
    const version = datasets.find(known => known.digest === digest);
    return box(
      name,
      h('span', { class: 'mono', title: digest }, `sha-256 ${short(digest)}`),
      version &&
        (version.rows === 1 ? t('1 row, {0}', version.path) : t('{0} rows, {1}', count(version.rows), version.path)),
      h('span', { class: 'muted' }, t('for {0}', uses.join(', '))),
    );
  });
}

function run(
  { run: { id, number, name, status, tags, startedAt }, pipeline }: RunData,
  { act }: RunContext,
): HTMLElement {
  const commit = tags['mlflow.source.git.commit'];
  const config = tags['modelyard.config.digest'];
  const open = (): unknown => act('host/openArtifact', { runId: id, path: 'modelyard.yaml' });
  return box(
    `r-${number} ${name}`,
    runStatus(status),
    dateTime(startedAt),
    pipeline && t('pipeline {0}', pipeline.pipeline),
    commit !== undefined && h('span', { class: 'mono' }, t('commit {0}', short(commit))),
    config !== undefined && link(t('configuration {0}', short(config)), open),
  );
}

function versions({ versions: list }: RunData, { act, trusted }: RunContext): readonly Child[] {
  if (list.length === 0)
    return [h('p', { class: 'muted' }, t('No model version came from this run. The step `register` makes one.'))];
  return list.map(({ model, version, stage, createdAt, lineage: { modelDigest } }) =>
    box(
      `${model} v${version}`,
      t('in {0}', stage),
      dateTime(createdAt),
      modelDigest !== undefined && h('span', { class: 'mono', title: modelDigest }, `sha-256 ${short(modelDigest)}`),
      trusted() && link(t('Promote…'), () => act('host/promote', { model, version })),
    ),
  );
}

const link = (text: string, onClick: () => unknown): HTMLElement =>
  h('button', { class: 'link', attrs: { type: 'button' }, on: { click: () => void onClick() } }, text);
