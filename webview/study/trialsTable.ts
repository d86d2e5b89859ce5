import type { Study, Trial } from '../../engine/protocol/tuning';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { duration, metric } from '../shared/format';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { moreButton } from '../shared/moreButton';
import { paramsText, stateWord, trialName } from './plotTrials';

const rowsAtOnce = 50;

/** The trials, the newest first. */
export class TrialsTable {
  readonly element = h('section', { class: 'card' });
  private readonly place = h('div');
  private shown = rowsAtOnce;
  private study: Study | undefined;

  constructor(private readonly openRun: (trial: Trial) => void) {
    fill(this.element, h('h2', null, t('Trials')), this.place);
  }

  update(study: Study): void {
    this.study = study;
    const { trials, objectives, front } = study;
    const onFront = new Set(front);
    const columns = [
      { title: t('Trial') },
      { title: t('State') },
      ...objectives.map(one => ({ title: one.metric, numeric: true })),
      { title: t('Took'), numeric: true },
      { title: t('Parameters') },
    ];
    const rows = trials
      .toReversed()
      .slice(0, this.shown)
      .map(trial => this.row(trial, { objectives, isBest: onFront.has(trial.number) }));
    const more = moreButton(trials.length - this.shown, rowsAtOnce, () => {
      this.shown += rowsAtOnce;
      if (this.study) this.update(this.study);
    });
    // it changes twice a second while the study runs
    keepFocus(this.place, () => fill(this.place, scrollingTable(t('Trials'), columns, rows), more));
  }

  private row(
    trial: Trial,
    { objectives, isBest }: { readonly objectives: Study['objectives']; readonly isBest: boolean },
  ): Child[] {
    const { state, values, startedAt, endedAt, params, message, reports, runId } = trial;
    const name = isBest ? `★ ${trialName(trial)}` : trialName(trial);
    const said =
      state === 'pruned' ? t('{0} after {1}', stateWord(state), reports.at(-1)?.step ?? 0) : stateWord(state);
    return [
      runId === undefined
        ? name
        : h('button', { class: 'link', attrs: { type: 'button' }, on: { click: () => this.openRun(trial) } }, name),
      message === undefined ? said : `${said}: ${message}`,
      ...objectives.map((_, at) => (values[at] === undefined ? '' : metric(values[at]))),
      startedAt === undefined || endedAt === undefined ? '' : duration(endedAt - startedAt),
      paramsText(params),
    ];
  }
}
