import type { PipelinePlan, PipelineRun } from '../../engine/protocol/pipelines';
import { button } from '../shared/components';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { ago, dateTime, duration } from '../shared/format';
import { t } from '../shared/l10n';
import { statusMark } from '../shared/status';
import { withCode } from './codeText';
import type { PipelineContext } from './context';
import type { CriticalPath } from './criticalPath';
import { timeLeft, totalTime } from './criticalPath';
import type { GraphStep } from './graphSteps';
import type { HistoryRow } from './history';
import { looks, runWord } from './words';

export interface HeaderShown {
  /** Absent: the plan of the next run is shown. */
  readonly row?: HistoryRow;
  readonly plan?: PipelinePlan;
  readonly isPlanning: boolean;
  readonly steps: readonly GraphStep[];
  readonly path?: CriticalPath;
  /** The run that is under way, shown or not. */
  readonly running?: PipelineRun;
  /** Whether the shown run is the last one. */
  readonly isLast: boolean;
}

export interface HeaderActions {
  readonly showPlan: () => void;
  readonly showRun: (run: PipelineRun) => void;
  readonly planAgain: () => void;
}

/** Which pipeline and which run of it, how that stands, how long it takes; and what can be done. */
export class PipelineHeader {
  readonly element = h('header', { class: 'pipeline-header' });
  private readonly state = h('div', { class: 'row', role: 'status' });
  private readonly facts = h('dl', { class: 'facts' });
  private readonly actionsPlace = h('div', { class: 'row actions' });
  private drawnState = '';
  private drawnActions = '';
  private drawnFacts = '';

  constructor(
    private readonly context: PipelineContext,
    private readonly actions: HeaderActions,
  ) {
    const title = h('h1', null, context.pipeline);
    const line = h('div', { class: 'row' }, title, h('span', { class: 'spacer' }), this.actionsPlace);
    fill(this.element, line, this.state, this.facts);
  }

  show(shown: HeaderShown): void {
    const { row, plan, isPlanning, running, isLast } = shown;
    const stateKey = JSON.stringify([row?.run.id, row?.run.status, row?.number, plan?.summary, isPlanning]);
    if (stateKey !== this.drawnState) {
      this.drawnState = stateKey;
      fill(this.state, row ? runState(row) : planState(plan, isPlanning));
    }
    const facts = row ? this.runFacts(shown, row) : planFacts(shown);
    const factsKey = JSON.stringify(facts.map(fact => fact.textContent));
    if (factsKey !== this.drawnFacts) {
      this.drawnFacts = factsKey;
      fill(this.facts, facts);
    }
    const actionsKey = JSON.stringify([
      row?.run.id,
      row?.run.status,
      running?.id,
      isLast,
      isPlanning,
      this.context.trusted(),
    ]);
    if (actionsKey === this.drawnActions) return;
    this.drawnActions = actionsKey;
    const focused = this.actionsPlace.contains(document.activeElement);
    fill(this.actionsPlace, this.buttons(shown));
    if (focused) this.actionsPlace.querySelector<HTMLElement>('vscode-button')?.focus();
  }

  private buttons({ row, running, isLast, isPlanning }: HeaderShown): readonly Child[] {
    const { context, actions } = this;
    const { act, pipeline } = context;
    const disabled = !context.trusted();
    const failed = row && (row.run.status === 'failed' || row.run.status === 'cancelled');
    return [
      running &&
        running.id !== row?.run.id &&
        button({ label: t('Show the run'), onClick: () => actions.showRun(running) }),
      failed &&
        isLast &&
        button({
          label: t('Resume'),
          title: t('Goes on with this run: what has succeeded is taken from it'),
          disabled: disabled || running !== undefined,
          onClick: () => act('host/startRun', { pipeline, resume: true }),
        }),
      running
        ? button({
            label: t('Stop'),
            look: 'primary',
            disabled,
            onClick: () => act('host/stopRun', { id: running.id }),
          })
        : button({
            label: t('Run'),
            look: 'primary',
            disabled,
            onClick: () => act('host/startRun', { pipeline }),
          }),
      !row &&
        !running &&
        button({
          label: t('Run everything'),
          title: t('Takes nothing from earlier runs'),
          disabled,
          onClick: () => act('host/startRun', { pipeline, fresh: true }),
        }),
      row
        ? button({ label: t('Plan'), title: t('What the next run would do'), onClick: () => actions.showPlan() })
        : button({ label: t('Plan again'), disabled: isPlanning, onClick: () => actions.planAgain() }),
      row && button({ label: t('Open run'), onClick: () => act('host/openRun', { runId: row.run.runId }) }),
    ];
  }

  private runFacts({ steps, path }: HeaderShown, row: HistoryRow): HTMLElement[] {
    const now = Date.now();
    const { run, trigger, user, params } = row;
    const isRunning = run.status === 'running';
    const left = isRunning ? timeLeft(steps, now) : undefined;
    const given = Object.entries(params).map(([name, value]) => `${name}=${value}`);
    const time = (run.endedAt ?? now) - run.startedAt;
    return [
      fact(t('Started'), h('span', { title: dateTime(run.startedAt) }, ago(run.startedAt))),
      fact(isRunning ? t('Running for') : t('Took'), duration(Math.max(0, time))),
      left !== undefined && left > 0 && fact(t('Left'), t('about {0}', duration(left))),
      ...pathFacts(path, totalTime(steps, now)),
      trigger ? fact(t('By'), `${trigger.kind}: ${trigger.cause}`) : user !== undefined && fact(t('By'), user),
      run.partition !== undefined && fact(t('Partition'), run.partition),
      given.length > 0 && fact(t('Parameters'), given.join(', ')),
    ].filter(item => item !== false);
  }
}

function runState({ run, number }: HistoryRow): readonly Child[] {
  const [icon, tone] = looks[run.status];
  const failed = run.steps.find(({ status }) => status === 'failed');
  return [
    statusMark(icon, tone, `${number === undefined ? '' : `r-${number} `}${runWord(run.status)}`),
    failed &&
      h('span', null, withCode(t('{0} failed: {1}', failed.name, failed.error?.message.split('\n', 1)[0] ?? ''))),
    !failed && run.error && h('span', null, run.error.message),
  ];
}

function planState(plan: PipelinePlan | undefined, isPlanning: boolean): readonly Child[] {
  if (plan === undefined) return [isPlanning && h('span', { class: 'muted' }, t('Planning…'))];
  return [statusMark('play', 'live', t('Plan')), h('span', null, withCode(plan.summary))];
}

function planFacts({ plan, steps, path }: HeaderShown): HTMLElement[] {
  if (plan === undefined) return [];
  const facts = pathFacts(path, totalTime(steps, Date.now()));
  return plan.duration === undefined || plan.runs === 0
    ? facts
    : [fact(t('Takes'), t('about {0}', duration(plan.duration))), ...facts];
}

function pathFacts(path: CriticalPath | undefined, total: number): HTMLElement[] {
  if (path === undefined || path.steps.length === 0) return [];
  const { steps, time } = path;
  const shown = steps.length > 5 ? [...steps.slice(0, 2), '…', ...steps.slice(-2)] : steps;
  return [
    fact(t('Critical path'), h('span', { title: steps.join(' → ') }, shown.join(' → ')), duration(time)),
    fact(t('All steps together'), duration(total)),
  ];
}

const fact = (name: string, ...values: readonly Child[]): HTMLElement =>
  h('div', null, h('dt', null, name), h('dd', null, ...values));
