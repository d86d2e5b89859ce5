import type { PipelineRun, StepFlow, StepMade } from '../../engine/protocol/pipelines';
import { button } from '../shared/components';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { ago, bytes, dateTime, duration, short } from '../shared/format';
import { t } from '../shared/l10n';
import { placeLinks } from '../shared/placeLink';
import { statusMark } from '../shared/status';
import { partsTables } from './partsTables';
import { withCode } from './codeText';
import type { PipelineContext } from './context';
import type { GraphStep } from './graphSteps';
import { tookOf } from './graphSteps';
import type { StepGroup } from './groups';
import { StepLog } from './stepLog';
import { looks, outputWord, stateText } from './words';

export interface DetailsShown {
  readonly step: GraphStep;
  /** Absent: the step of a plan. */
  readonly run?: PipelineRun;
  readonly made?: StepMade;
  readonly flow?: StepFlow;
  /** It is an instance of a step whose instances stand there one by one. */
  readonly group?: StepGroup;
}

/** All that is known of a step, and what can be done with it. */
export class DetailsPane {
  readonly element = h('aside', { class: 'details card', attrs: { 'aria-label': t('Step'), tabindex: -1 } });
  private readonly head = h('div', { class: 'stack' });
  private readonly body = h('div', { class: 'stack' });
  private readonly log: StepLog;
  private drawn = '';

  constructor(
    private readonly context: PipelineContext,
    private readonly actions: { readonly close: () => void; readonly fold: (group: StepGroup) => void },
  ) {
    this.log = new StepLog(context);
    fill(this.element, this.head, this.log.element, this.body);
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') actions.close();
    });
    this.hide();
  }

  hide(): void {
    this.element.hidden = true;
    this.drawn = '';
    this.log.hide();
  }

  show(shown: DetailsShown): void {
    this.element.hidden = false;
    const { step, run } = shown;
    const key = JSON.stringify([shown, this.context.trusted(), run?.id]);
    if (key !== this.drawn) {
      this.drawn = key;
      this.draw(shown);
    }
    const hasLog = run !== undefined && (step.state === 'running' || step.logSize > 0);
    this.log.element.hidden = !hasLog;
    if (hasLog) this.log.show({ id: run.id, step: step.name, isRunning: step.state === 'running', size: step.logSize });
    else this.log.hide();
  }

  private draw(shown: DetailsShown): void {
    const { step } = shown;
    const [name, tone] = looks[step.state];
    const hadFocus = this.element.contains(document.activeElement) && document.activeElement?.textContent;
    const close = h(
      'button',
      {
        class: 'close',
        attrs: { type: 'button', 'aria-label': t('Close') },
        on: { click: () => this.actions.close() },
      },
      '×',
    );
    fill(
      this.head,
      h('div', { class: 'row' }, h('h2', null, step.name), h('span', { class: 'spacer' }), close),
      h('div', { class: 'row' }, statusMark(name, tone, stateText(step, Date.now()))),
      h('div', { class: 'row actions' }, this.buttons(shown)),
      this.why(shown),
      this.failure(step),
      facts(shown, this.context),
    );
    fill(this.body, this.flow(shown), partsTables(shown.made, step.changes));
    if (typeof hadFocus !== 'string') return;
    const all = [...this.element.querySelectorAll<HTMLElement>('button, vscode-button')];
    (all.find(({ textContent }) => textContent === hadFocus) ?? this.element).focus({ preventScroll: true });
  }

  private buttons({ step, run, group }: DetailsShown): readonly Child[] {
    const { context } = this;
    const { act, pipeline } = context;
    const disabled = !context.trusted() || run?.status === 'running';
    const start = (what: { only?: string; startAt?: string; resume?: boolean }): unknown =>
      act('host/startRun', { pipeline, ...what });
    return [
      button({ label: t('Run from here'), disabled, onClick: () => start({ startAt: step.name }) }),
      button({ label: t('Only this step'), disabled, onClick: () => start({ only: step.name }) }),
      step.state === 'failed' &&
        button({
          label: t('Resume from this step'),
          look: 'primary',
          disabled,
          onClick: () => start({ resume: true }),
        }),
      link(t('Go to line'), () => act('host/openStep', { pipeline, step: step.name })),
      group && link(t('Fold the {0} instances', group.steps.length), () => this.actions.fold(group)),
    ];
  }

  private why({ step, made, run }: DetailsShown): Child {
    const isReason = run === undefined || step.state === 'skipped';
    const why = isReason ? step.text : made?.reason;
    const found = isReason || step.error ? undefined : step.text;
    const line = (name: string, text: string | undefined): Child =>
      text !== undefined && h('p', null, h('span', { class: 'muted' }, `${name}: `), withCode(text));
    return h('div', null, line(t('Why'), why), line(t('Found'), found));
  }

  private failure({ error }: GraphStep): Child {
    if (error === undefined) return undefined;
    const links = placeLinks(error, place => this.context.act('host/openPlace', { place }));
    return h(
      'div',
      { class: 'failure' },
      withCode(error.message),
      error.fix !== undefined && ` ${error.fix}`,
      ...links.flatMap(one => [' ', one]),
    );
  }

  private flow({ step, flow }: DetailsShown): Child {
    if (flow === undefined || (flow.reads.length === 0 && flow.made.length === 0)) return undefined;
    const { act } = this.context;
    const reads = flow.reads.map(({ kind, name, digest }) =>
      h(
        'li',
        null,
        kind === 'data'
          ? link(name, () => act('host/openDataset', { dataset: name }))
          : kind === 'file'
            ? link(name, () => act('host/openPlace', { place: { file: name } }))
            : name,
        ' ',
        h('span', { class: 'mono muted', title: digest ?? '' }, digest === undefined ? t('missing') : short(digest)),
      ),
    );
    const made = flow.made.map(({ kind, artifactPath, digest, size, files }) => {
      const { runId } = step;
      const name = artifactPath ?? outputWord(kind);
      const canOpen = runId !== undefined && artifactPath !== undefined;
      const open = (): unknown =>
        canOpen &&
        (files === 1 ? act('host/openArtifact', { runId, path: artifactPath }) : act('host/openRun', { runId }));
      return h(
        'li',
        null,
        canOpen ? link(name, open) : name,
        ' ',
        h('span', { class: 'mono muted', title: digest }, short(digest)),
        h('span', { class: 'muted' }, ` ${files > 1 ? t('{0} in {1} files', bytes(size), files) : bytes(size)}`),
      );
    });
    return h(
      'section',
      { class: 'stack' },
      reads.length > 0 && h('h3', null, t('Inputs')),
      reads.length > 0 && h('ul', { class: 'plain' }, reads),
      made.length > 0 && h('h3', null, t('Outputs')),
      made.length > 0 && h('ul', { class: 'plain' }, made),
    );
  }
}

const link = (text: string, onClick: () => unknown): HTMLElement =>
  h('button', { class: 'link', attrs: { type: 'button' }, on: { click: () => void onClick() } }, text);

const fact = (name: string, ...values: readonly Child[]): HTMLElement =>
  h('div', null, h('dt', null, name), h('dd', null, ...values));

function facts({ step }: DetailsShown, { act }: PipelineContext): HTMLElement {
  const took = step.state === 'running' ? undefined : tookOf(step, Date.now());
  const { from, usually, startedAt, needs, attempt, runId, resources } = step;
  return h(
    'dl',
    { class: 'facts' },
    fact(t('Kind'), step.uses),
    needs.length > 0 && fact(t('Needs'), needs.join(', ')),
    startedAt !== undefined && fact(t('Started'), h('span', { title: dateTime(startedAt) }, ago(startedAt))),
    took !== undefined && fact(t('Took'), duration(took)),
    usually !== undefined && fact(t('Usually'), duration(usually)),
    attempt !== undefined && fact(t('Attempt'), attempt),
    from &&
      fact(
        t('From'),
        link(`r-${from.run}`, () => act('host/openRun', { runId: from.runId })),
        ago(from.at),
      ),
    runId !== undefined &&
      fact(
        t('Logs to'),
        link(t('its run'), () => act('host/openRun', { runId })),
      ),
    ...resourceFacts(resources),
  );
}

/** What the step took of the machine, as far as that was measured. */
function resourceFacts(resources: GraphStep['resources']): readonly Child[] {
  const { cpu, memory, written, isSampled = false } = resources ?? {};
  const told = (name: string, text: string | undefined): Child =>
    text !== undefined &&
    fact(
      name,
      isSampled ? h('span', { title: t('Looked at from time to time: at least so much.') }, `≥ ${text}`) : text,
    );
  return [
    told(t('Processor'), cpu === undefined ? undefined : duration(cpu)),
    told(t('Memory'), memory === undefined ? undefined : bytes(memory)),
    told(t('Written'), written === undefined ? undefined : bytes(written)),
  ];
}
