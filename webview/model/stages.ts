import type { GateReport } from '../../engine/protocol/gates';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import { button } from '../shared/components';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { metric } from '../shared/format';
import { t } from '../shared/l10n';
import { linkButton } from '../shared/linkButton';
import { gateVerdict } from '../shared/status';
import type { ModelContext } from './context';
import {
  aliasesOf,
  approvalMark,
  approvalNote,
  decisionsOf,
  gatesText,
  reportOf,
  sinceOf,
  versionName,
  versionOf,
  when,
} from './words';

/** The stages side by side: who holds each and since when, what spoke for it, and what can be done next. */
export const stages = (model: RegisteredModel, context: ModelContext): HTMLElement =>
  h(
    'ul',
    { class: 'stages', attrs: { 'aria-label': t('Stages') } },
    model.stages.map((stage, at) => h('li', { class: 'card stage' }, column(model, { stage, at }, context))),
  );

interface Place {
  readonly stage: string;
  /** Of the stage among all. */
  readonly at: number;
}

function column(model: RegisteredModel, place: Place, context: ModelContext): readonly Child[] {
  const { stage, at } = place;
  const holder = versionOf(model, model.holders[stage]);
  const others = model.versions.filter(one => one.stage === stage && one.version !== holder?.version).length;
  const next = at === 0 ? undefined : candidate(model, place);
  const previous = model.previous[stage];
  return [
    h('h2', null, stage),
    holder
      ? h('div', { class: 'holder' }, held(model, holder, context))
      : h('p', { class: 'muted' }, t('Nobody holds it.')),
    others > 0 &&
      h(
        'p',
        { class: 'muted' },
        others === 1 ? t('1 other version is here') : t('{0} other versions are here', others),
      ),
    next && h('div', { class: 'candidate' }, waiting(model, { version: next, stage }, context)),
    previous !== undefined &&
      h(
        'div',
        { class: 'row' },
        button({
          label: t('Roll back to v{0}…', previous),
          title: t('v{0} holds {1} again', previous, stage),
          disabled: !context.trusted(),
          onClick: () => context.change('rollback', { stage }),
        }),
      ),
  ];
}

/** Who would come next: of the versions in stages before, the newest that came after who holds the stage now. */
export function candidate(
  { versions, stages: all, holders }: RegisteredModel,
  { stage, at }: Place,
): ModelVersion | undefined {
  const holder = holders[stage] ?? 0;
  return versions
    .filter(({ version, stage: own }) => version > holder && all.slice(0, at).includes(own))
    .toSorted((a, b) => all.indexOf(b.stage) - all.indexOf(a.stage) || b.version - a.version)[0];
}

function held(model: RegisteredModel, version: ModelVersion, context: ModelContext): readonly Child[] {
  const { stage, version: number } = version;
  const report = reportOf(model, number, stage);
  return [
    h(
      'p',
      { class: 'row' },
      h('span', { class: 'big' }, nameOf(version, context)),
      h('span', { class: 'muted' }, t('since '), when(sinceOf(model, version))),
      aliasesOf(model, number).map(alias => h('span', { class: 'mono' }, alias)),
    ),
    figures(version, context),
    report && gates(report),
    decisions(model, { version: number, stage }),
  ];
}

function waiting(
  model: RegisteredModel,
  { version, stage }: { readonly version: ModelVersion; readonly stage: string },
  context: ModelContext,
): readonly Child[] {
  const { version: number } = version;
  const report = reportOf(model, number, stage);
  const disabled = !context.trusted();
  const on = { version: number, stage };
  const name = versionName(number);
  return [
    h('h3', null, t('Next: {0} from {1}', name, version.stage)),
    figures(version, context),
    report ? gates(report) : h('p', { class: 'muted' }, t('not judged for {0} yet', stage)),
    decisions(model, on),
    h(
      'div',
      { class: 'row' },
      button({
        label: t('Promote {0}…', name),
        look: 'primary',
        disabled,
        onClick: () => context.change('promote', on),
      }),
      button({
        label: t('What would change'),
        title: t('{0} beside who holds {1}', name, stage),
        onClick: () => context.showDiff(number, { stage }),
      }),
      button({
        label: t('Approve…'),
        title: t('Approve {0} for {1}', name, stage),
        disabled,
        onClick: () => context.change('approve', on),
      }),
      button({
        label: t('Reject…'),
        title: t('Reject {0} for {1}', name, stage),
        disabled,
        onClick: () => context.change('reject', on),
      }),
    ),
  ];
}

const nameOf = ({ version, runId }: ModelVersion, { act }: ModelContext): Child =>
  runId === undefined
    ? versionName(version)
    : linkButton(versionName(version), () => act('host/openRun', { runId }), { title: t('Open its run') });

function figures({ metrics }: ModelVersion, { init }: ModelContext): Child {
  const shown = init.metrics.flatMap(key => (metrics[key] === undefined ? [] : [`${key} ${metric(metrics[key])}`]));
  return shown.length > 0 && h('p', { class: 'muted' }, shown.slice(0, 2).join(' · '));
}

/** The verdict of all; every rule with its sentence below it. */
export function gates(report: GateReport): Child {
  if (report.results.length === 0) return h('p', { class: 'muted' }, t('no gates'));
  return h(
    'details',
    { class: 'gate-list' },
    h('summary', null, gateVerdict(report.verdict), ' ', gatesText(report)),
    h(
      'ul',
      { class: 'rules' },
      report.results.map(({ verdict, sentence }) =>
        h('li', null, gateVerdict(verdict), h('span', { class: 'sentence' }, sentence)),
      ),
    ),
  );
}

function decisions(model: RegisteredModel, of: { readonly version: number; readonly stage: string }): Child {
  const made = decisionsOf(model, of).filter(({ standing }) => standing !== 'superseded');
  if (made.length === 0) return false;
  return h(
    'ul',
    { class: 'plain' },
    made.map(one =>
      h(
        'li',
        null,
        approvalMark(one),
        ' ',
        when(one.at),
        one.comment !== '' && `: ${one.comment}`,
        approvalNote(one) !== '' && h('span', { class: 'muted' }, ` (${approvalNote(one)})`),
      ),
    ),
  );
}
