import * as vscode from 'vscode';
import type { FeatureOrigin } from '../../engine/protocol/featureConfig';
import type { FeatureAlert } from '../../engine/protocol/featureMonitoring';
import type { FeatureViewSummary } from '../../engine/protocol/features';
import type { Materialisation } from '../../engine/protocol/featureOnline';
import { ago, metric } from './text';

export const viewReference = ({ name, version }: Pick<FeatureViewSummary, 'name' | 'version'>): string =>
  version === undefined ? name : `${name}@v${version}`;

/** `14 d`, `12 h`, `30 min` */
export function span(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 60) return vscode.l10n.t('{0} min', Number(minutes.toFixed(1)));
  if (minutes < 1440) return vscode.l10n.t('{0} h', Number((minutes / 60).toFixed(1)));
  return vscode.l10n.t('{0} d', Number((minutes / 1440).toFixed(1)));
}

/** How new the values are that are served, or why there are none. */
export function freshnessText({ kind, problem, version, freshness }: FeatureViewSummary): string {
  if (problem !== undefined) return vscode.l10n.t('cannot be resolved');
  if (version === undefined) return vscode.l10n.t('not recorded yet');
  if (kind === 'on-demand') return vscode.l10n.t('computed at request');
  const { last, materialisedTo, isEmpty, newestEvent, pushedTo } = freshness;
  if (last !== undefined && last.status !== 'complete') return attemptText(last);
  if (isEmpty) return vscode.l10n.t('nothing online: no rows were found');
  if (materialisedTo !== undefined) return vscode.l10n.t('online up to {0}', ago(materialisedTo));
  if (pushedTo !== undefined) return vscode.l10n.t('pushed up to {0}', ago(pushedTo));
  if (newestEvent !== undefined) return vscode.l10n.t('not online, newest event {0}', ago(newestEvent));
  return vscode.l10n.t('not online yet');
}

export const entitiesText = (count: number): string =>
  count === 1 ? vscode.l10n.t('1 entity') : vscode.l10n.t('{0} entities', count.toLocaleString(vscode.env.language));

export const rowsText = (count: number): string =>
  count === 1 ? vscode.l10n.t('1 row') : vscode.l10n.t('{0} rows', count.toLocaleString(vscode.env.language));

/** What an alert is about, beside the view that it is of; its message says all of it. */
export function alertText({ kind, feature, value, bound }: FeatureAlert): string {
  const percent = (share: number): string => `${Number((share * 100).toFixed(1))}\u00a0%`;
  const of = (text: string): string => (feature === undefined ? text : `${feature}: ${text}`);
  switch (kind) {
    case 'age':
      return of(vscode.l10n.t('{0} old, at most {1}', span(value), span(bound)));
    case 'nulls':
      return of(vscode.l10n.t('{0} null, at most {1}', percent(value), percent(bound)));
    case 'drift':
      return of(vscode.l10n.t('drift {0}, at most {1}', metric(value), bound));
    case 'skew':
      return of(vscode.l10n.t('{0} served differently, at most {1}', percent(value), percent(bound)));
  }
}

/** All that is known of how new the values are. */
export function freshnessFacts(view: FeatureViewSummary): readonly string[] {
  const { newestEvent, readAt, materialisedTo, entities, pushedTo } = view.freshness;
  return [
    freshnessText(view),
    ...(newestEvent === undefined ? [] : [vscode.l10n.t('newest event in the source {0}', ago(newestEvent))]),
    ...(entities === undefined ? [] : [vscode.l10n.t('{0} in the source', entitiesText(entities))]),
    ...(readAt === undefined ? [] : [vscode.l10n.t('source read {0}', ago(readAt))]),
    ...(materialisedTo === undefined ? [] : [vscode.l10n.t('materialised up to {0}', ago(materialisedTo))]),
    ...(pushedTo === undefined ? [] : [vscode.l10n.t('pushed up to {0}', ago(pushedTo))]),
  ];
}

/** How a materialisation went. */
export function attemptText({ status, startedAt, endedAt = startedAt }: Materialisation): string {
  switch (status) {
    case 'running':
      return vscode.l10n.t('materialising since {0}', ago(startedAt));
    case 'complete':
      return vscode.l10n.t('materialised {0}', ago(endedAt));
    case 'failed':
      return vscode.l10n.t('materialising failed {0}', ago(endedAt));
    case 'cancelled':
      return vscode.l10n.t('materialising was cancelled {0}', ago(endedAt));
    case 'interrupted':
      return vscode.l10n.t('materialising was interrupted {0}', ago(endedAt));
  }
}

export function alertsText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 alert') : vscode.l10n.t('{0} alerts', count);
}

/** `v2 · online up to 12 Nov · 1,204 entities in its source`, with the icon of what matters most; hardly ever more than 60 characters. */
export function viewLens(view: FeatureViewSummary | undefined): string {
  if (view === undefined) return vscode.l10n.t('not recorded yet');
  const state = viewState(view);
  const { entities } = view.freshness;
  const told = [
    ...(view.version === undefined ? [] : [`v${view.version}`]),
    freshnessText(view),
    ...(state === 'online' && entities !== undefined
      ? [vscode.l10n.t('{0} in its source', entitiesText(entities))]
      : []),
    ...(view.alerts.length > 0 ? [alertsText(view.alerts.length)] : []),
  ].join(' · ');
  return state === 'new' ? told : `$(${viewIcons[state][0]})\u00a0${told}`;
}

/** Where the values of a feature come from, as it is written. */
export function originText(from: FeatureOrigin): string {
  switch (from.kind) {
    case 'column':
      return from.column;
    case 'expression':
      return from.expression;
    case 'window': {
      const what = `${from.aggregate}(${from.of ?? '*'})`;
      const over = vscode.l10n.t('{0} over {1}', what, span(from.over));
      return from.where === undefined ? over : vscode.l10n.t('{0} where {1}', over, from.where);
    }
  }
}

export type ViewState = 'running' | 'broken' | 'failed' | 'alert' | 'new' | 'online' | 'offline' | 'request';

/** What of a view matters most. */
export function viewState({ kind, problem, version, freshness, alerts }: FeatureViewSummary): ViewState {
  const { last, materialisedTo, isEmpty } = freshness;
  if (last?.status === 'running') return 'running';
  if (problem !== undefined) return 'broken';
  if (last?.status === 'failed' || last?.status === 'interrupted') return 'failed';
  if (alerts.length > 0) return 'alert';
  if (version === undefined) return 'new';
  if (kind === 'on-demand') return 'request';
  return materialisedTo === undefined || isEmpty ? 'offline' : 'online';
}

/** Shape and theme colour of each state. */
export const viewIcons: Readonly<Record<ViewState, readonly [icon: string, color?: string]>> = {
  running: ['loading~spin'],
  broken: ['error', 'testing.iconFailed'],
  failed: ['error', 'testing.iconFailed'],
  alert: ['warning', 'list.warningForeground'],
  new: ['circle-outline'],
  online: ['layers-active', 'testing.iconPassed'],
  offline: ['layers'],
  request: ['symbol-method'],
};
