import type { AliasMove, Approval } from '../../engine/protocol/approvals';
import type { GateReport } from '../../engine/protocol/gates';
import type { RegisteredModel, StageMove } from '../../engine/protocol/registry';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { moreButton } from '../shared/moreButton';
import { gates } from './stages';
import { approvalNote, versionName, when } from './words';

export interface Moment {
  readonly at: number;
  readonly what: string;
  readonly by: string;
  readonly why: string;
  readonly note?: string;
  readonly gates?: GateReport;
}

/** Everything that has happened, the newest first. */
export const moments = ({ history, aliasHistory, approvals }: RegisteredModel): readonly Moment[] =>
  [...history.map(ofMove), ...aliasHistory.map(ofAlias), ...approvals.flatMap(ofApproval)].toSorted(
    (a, b) => b.at - a.at,
  );

function ofMove({ version, from, to, at, by, reason, gates: report, isRollback }: StageMove): Moment {
  const name = versionName(version);
  const what =
    from === null
      ? t('{0} was registered in {1}', name, to)
      : isRollback === true
        ? t('{0} came back: {1} → {2}', name, from, to)
        : t('{0}: {1} → {2}', name, from, to);
  return { at, what, by, why: reason, ...(report && { gates: report }) };
}

function ofAlias({ alias, from, to, at, by, reason }: AliasMove): Moment {
  const name = `@${alias}`;
  const what =
    to === null
      ? t('{0} was taken from v{1}', name, from ?? '?')
      : from === null
        ? t('{0} was given to v{1}', name, to)
        : t('{0}: v{1} → v{2}', name, from, to);
  return { at, what, by, why: reason };
}

function ofApproval(one: Approval): readonly Moment[] {
  const { version, stage, decision, reviewer, at, comment, withdrawn } = one;
  const name = versionName(version);
  const what =
    decision === 'approved' ? t('{0} was approved for {1}', name, stage) : t('{0} was rejected for {1}', name, stage);
  const made: Moment = { at, what, by: reviewer, why: comment, note: approvalNote(one), gates: one.gates };
  if (withdrawn === undefined) return [made];
  const { reason, by } = withdrawn;
  const back = t('what was said of {0} for {1} was withdrawn', name, stage);
  return [made, { at: withdrawn.at, what: back, by: by.email ?? by.account, why: reason }];
}

const page = 15;

/** The moments as a list; it grows by a page at a time. */
export function timeline(model: RegisteredModel, shown: number, showMore: (shown: number) => void): HTMLElement {
  const all = moments(model);
  return h(
    'section',
    { class: 'card' },
    h('h2', null, t('History')),
    all.length === 0 && h('p', { class: 'muted' }, t('Nothing has happened yet.')),
    h('ol', { class: 'timeline' }, all.slice(0, shown + page).map(moment)),
    moreButton(all.length - shown - page, page, () => showMore(shown + page)),
  );
}

const moment = ({ at, what, by, why, note = '', gates: report }: Moment): Child =>
  h(
    'li',
    null,
    h('div', null, h('strong', null, what), why !== '' && `: ${why}`),
    h('div', { class: 'muted' }, when(at), ` · ${by}`, note !== '' && ` · ${note}`),
    report && report.results.length > 0 && gates(report),
  );
