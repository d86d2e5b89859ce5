import type { LineageKind, LineageNode, LineageRelation, LineageThing } from '../../engine/protocol/lineage';
import { bytes, count, short } from '../shared/format';
import type { IconName } from '../shared/icons';
import { t } from '../shared/l10n';

/** How a node looks: never by colour alone. */
export interface NodeLook {
  readonly icon: IconName;
  readonly tone: 'good' | 'bad' | 'warn' | 'live' | 'idle' | 'data';
  readonly name: string;
  readonly detail: string;
}

const runLooks = {
  FINISHED: ['pass', 'good'],
  FAILED: ['fail', 'bad'],
  KILLED: ['stop', 'warn'],
  RUNNING: ['dot', 'live'],
  SCHEDULED: ['ring', 'idle'],
} as const;

export function lookOf(node: LineageNode): NodeLook {
  switch (node.kind) {
    case 'file':
      return { icon: 'file', tone: 'data', name: node.path, detail: '' };
    case 'dataset':
      return { icon: 'data', tone: 'data', name: node.dataset, detail: t('all versions') };
    case 'data':
      return { icon: 'data', tone: 'data', name: node.dataset, detail: dataText(node) };
    case 'view':
      return {
        ...(node.alertCount > 0 ? { icon: 'warn', tone: 'warn' } : { icon: 'table', tone: 'data' }),
        ...{ name: `${node.view}@v${node.version}`, detail: viewText(node) },
      };
    case 'service':
      return { icon: 'layers', tone: 'data', name: node.service, detail: t('feature service') };
    case 'run': {
      const [icon, tone] = runLooks[node.status];
      return { icon, tone, name: `r-${node.number} ${node.name}`, detail: runText(node) };
    }
    case 'step':
      return { icon: 'play', tone: 'idle', name: node.step, detail: node.uses };
    case 'output':
      return { icon: 'file', tone: 'data', name: node.path, detail: bytes(node.size) };
    case 'study':
      return { icon: 'layers', tone: 'idle', name: `s-${node.number} ${node.step}`, detail: trialsText(node.trials) };
    case 'logged-model':
      return {
        icon: 'model',
        tone: 'idle',
        name: node.name === '' ? short(node.model) : node.name,
        detail: t('logged model'),
      };
    case 'version':
      return {
        ...{ icon: 'model', tone: node.isLive ? 'good' : 'idle', name: `${node.model} v${node.version}` },
        detail: [node.stage, ...node.aliases.map(alias => `@${alias}`)].join(' · '),
      };
    case 'endpoint':
      return {
        ...(node.problem === undefined ? { icon: 'server', tone: 'live' } : { icon: 'warn', tone: 'warn' }),
        ...{ name: `${node.model}@${node.at}`, detail: node.problem ?? node.url },
      };
    case 'trigger':
      return { icon: 'history', tone: 'live', name: t('trigger {0}', node.trigger), detail: node.says };
    case 'group':
      return { icon: 'layers', tone: 'data', name: groupText(node), detail: t('Opens them') };
  }
}

const dataText = ({ digest, rows }: Extract<LineageThing, { kind: 'data' }>): string =>
  rows === undefined
    ? short(digest)
    : rows === 1
      ? t('{0} · 1 row', short(digest))
      : t('{0} · {1} rows', short(digest), count(rows));

function viewText({ features, alertCount, computed }: Extract<LineageThing, { kind: 'view' }>): string {
  const number = features === 1 ? t('1 feature') : t('{0} features', count(features));
  const alerts = alertCount === 1 ? t('1 alert') : t('{0} alerts', count(alertCount));
  const kind = computed === 'on-demand' ? t('on demand') : '';
  return [alertCount > 0 ? alerts : '', number, kind].filter(part => part !== '').join(' · ');
}

function runText({ pipeline, isDeleted }: Extract<LineageThing, { kind: 'run' }>): string {
  if (isDeleted) return t('deleted');
  return pipeline === undefined ? t('run of a client') : t('pipeline {0}', pipeline);
}

const trialsText = (trials: number): string => (trials === 1 ? t('1 trial') : t('{0} trials', count(trials)));

function groupText({ of, count: number, id }: Extract<LineageNode, { kind: 'group' }>): string {
  if (id.startsWith('group:down:part:run:of study:')) return trialsText(number);
  return t('{0} more: {1}', count(number), kindWord(of));
}

function kindWord(kind: LineageKind): string {
  switch (kind) {
    case 'file':
      return t('file');
    case 'dataset':
      return t('dataset');
    case 'data':
      return t('dataset version');
    case 'view':
      return t('feature view');
    case 'service':
      return t('feature service');
    case 'trigger':
      return t('trigger');
    case 'run':
      return t('run');
    case 'study':
      return t('study');
    case 'step':
      return t('step');
    case 'output':
      return t('output');
    case 'logged-model':
      return t('logged model');
    case 'version':
      return t('model version');
    case 'endpoint':
      return t('server');
  }
}

export const kindOf = (node: LineageNode): string => (node.kind === 'group' ? kindWord(node.of) : kindWord(node.kind));

/** Why one thing stands before another. */
export function relationWord(relation: LineageRelation): string {
  switch (relation) {
    case 'read':
      return t('was read by');
    case 'code':
      return t('is the program of');
    case 'made':
      return t('made');
    case 'part':
      return t('has');
    case 'registered':
      return t('was registered as');
    case 'used':
      return t('was used by');
    case 'reused':
      return t('gave a step to');
    case 'compared':
      return t('was the champion beside');
    case 'watched':
      return t('was seen by');
    case 'started':
      return t('started');
    case 'joined':
      return t('was joined into');
    case 'listed':
      return t('is part of');
    case 'served':
      return t('is served by');
  }
}

/** All that a screen reader says of a box. */
export function spoken(node: LineageNode, isRoot: boolean): string {
  const { name, detail } = lookOf(node);
  const state = node.kind === 'run' ? statusWord(node.status) : '';
  const asked = isRoot ? t('asked about') : '';
  return [kindOf(node), name, detail, state, asked].filter(part => part !== '').join(', ');
}

function statusWord(status: Extract<LineageThing, { kind: 'run' }>['status']): string {
  switch (status) {
    case 'FINISHED':
      return t('finished');
    case 'FAILED':
      return t('failed');
    case 'KILLED':
      return t('cancelled');
    case 'RUNNING':
      return t('running');
    case 'SCHEDULED':
      return t('waiting');
  }
}
