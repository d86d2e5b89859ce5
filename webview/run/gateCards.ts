import type { GateReport, GateResult } from '../../engine/protocol/gates';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { gateVerdict } from '../shared/status';
import type { RunData } from './runStore';

/** What the gates of each stage say, rule by rule, in their own sentences. */
export function gateCards({ gates, versions }: RunData): Child {
  if (gates.length === 0) return false;
  return h(
    'div',
    { class: 'gates' },
    gates.map(report =>
      gateCard(
        report,
        versions.some(({ stage }) => stage === report.stage),
      ),
    ),
  );
}

function gateCard(report: GateReport, isHere: boolean): HTMLElement {
  return h('section', { class: `card gate gate-${report.verdict}` }, [
    h('div', { class: 'card-head' }, [
      h('h2', null, t('{0} → {1}', report.model, report.stage)),
      h('span', null, gateVerdict(report.verdict)),
      isHere && h('span', { class: 'muted' }, t('this version is there now')),
    ]),
    h('ul', { class: 'rules' }, report.results.map(rule)),
  ]);
}

const rule = (result: GateResult): HTMLElement =>
  h('li', null, gateVerdict(result.verdict), h('span', { class: 'sentence' }, result.sentence));
