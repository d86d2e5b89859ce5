import type { Study, StudyStatus } from '../../engine/protocol/tuning';
import { button } from '../shared/components';
import { fill, h } from '../shared/dom';
import { ago, count, dateTime, duration, metric } from '../shared/format';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { statusMark } from '../shared/status';
import { paramsText, trialName } from './plotTrials';

export interface HeaderActions {
  readonly trusted: () => boolean;
  readonly stop: () => void;
  /** Runs its step again, which goes on with it. */
  readonly goOn: (trials?: number) => void;
  readonly openRun: (trial: Study['trials'][number]) => void;
}

/** How many more trials a click asks for. */
const more = 20;

/** Which study this is, how far it is, what it has found; and what can be done with it. */
export class StudyHeader {
  readonly element = h('header', { class: 'study-header' });
  private readonly state = h('span', { role: 'status' });
  private readonly title = h('h1');
  private readonly facts = h('dl', { class: 'facts' });
  private readonly actions = h('div', { class: 'row actions' });
  private readonly progress = h('progress', { class: 'study-progress' });
  private drawn = '';

  constructor(private readonly options: HeaderActions) {
    const line = h('div', { class: 'row' }, this.state, this.progress, h('span', { class: 'spacer' }), this.actions);
    this.element.append(this.title, line, this.facts);
  }

  update(study: Study): void {
    const { number, pipeline, step, status, counts, trialsWanted } = study;
    fill(this.title, h('span', { class: 'number' }, `s-${number}`), ` ${pipeline} / ${step}`);
    const ended = counts.complete + counts.pruned + counts.failed;
    this.progress.max = Math.max(1, trialsWanted);
    this.progress.value = Math.min(trialsWanted, ended);
    const said =
      trialsWanted === 1
        ? t('{0} of 1 trial', count(ended))
        : t('{0} of {1} trials', count(ended), count(trialsWanted));
    this.progress.setAttribute('aria-label', said);
    fill(this.state, statusOf(status), ' ', h('span', { class: 'muted' }, said));
    keepFocus(this.facts, () => fill(this.facts, this.factsOf(study)));
    const isLeft = counts.waiting + counts.cancelled > 0 || status === 'interrupted';
    const key = `${status} ${isLeft} ${this.options.trusted()}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const disabled = !this.options.trusted();
    fill(
      this.actions,
      status === 'running'
        ? button({ label: t('Stop and keep'), disabled, onClick: () => this.options.stop() })
        : [
            isLeft && button({ label: t('Go on'), look: 'primary', disabled, onClick: () => this.options.goOn() }),
            button({ label: t('{0} more trials', more), disabled, onClick: () => this.options.goOn(more) }),
          ],
    );
  }

  private factsOf(study: Study): HTMLElement[] {
    const { objectives, best, counts, sampler, pruner, constraints, startedAt, msUsed, message, front } = study;
    const wanted = objectives.map(({ metric: name, maximize }) =>
      maximize ? t('{0}, as great as possible', name) : t('{0}, as small as possible', name),
    );
    const facts: [string, ...(HTMLElement | string)[]][] = [[t('Metric'), wanted.join('; ')]];
    if (constraints.length > 0) facts.push([t('Constraints'), constraints.join(', ')]);
    facts.push(
      [t('Sampler'), `${sampler}, ${pruner === 'none' ? t('no pruner') : t('pruner {0}', pruner)}`],
      [t('Pruned'), count(counts.pruned)],
    );
    if (counts.failed > 0) facts.push([t('Failed'), count(counts.failed)]);
    facts.push(
      [t('Started'), h('span', { title: dateTime(startedAt) }, ago(startedAt))],
      [t('Took'), duration(msUsed)],
    );
    if (message !== undefined) facts.push([t('Error'), message]);
    if (best) {
      const values = objectives.map(({ metric: name }, i) => `${name} ${metric(best.values[i] ?? Number.NaN)}`);
      const link = h(
        'button',
        { class: 'link', attrs: { type: 'button' }, on: { click: () => this.options.openRun(best) } },
        trialName(best),
      );
      const others = front.length > 1 ? ` ${t('({0} on the front)', front.length)}` : '';
      facts.push([t('Best'), link, ` ${values.join(', ')}${others}`], [t('Parameters'), paramsText(best.params)]);
    }
    return facts.map(([name, ...values]) => h('div', null, h('dt', null, name), h('dd', null, ...values)));
  }
}

function statusOf(status: StudyStatus): HTMLElement {
  switch (status) {
    case 'running':
      return statusMark('dot', 'live', t('running'));
    case 'interrupted':
      return statusMark('stop', 'warn', t('interrupted'));
    case 'stopped':
      return statusMark('pass', 'good', t('stopped'));
    case 'finished':
      return statusMark('pass', 'good', t('finished'));
    case 'failed':
      return statusMark('fail', 'bad', t('failed'));
  }
}
