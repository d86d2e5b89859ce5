import type { GateVerdict } from '../../engine/protocol/gates';
import type { StepStatus } from '../../engine/protocol/pipelines';
import type { RunStatus } from '../../engine/protocol/tracking';
import type { Child } from './dom';
import { h } from './dom';
import type { IconName } from './icons';
import { icon } from './icons';
import { t } from './l10n';

type Tone = 'good' | 'bad' | 'warn' | 'live' | 'idle';

/** A state as icon and word: never by colour alone. */
export const statusMark = (name: IconName, tone: Tone, word: Child): HTMLElement =>
  h('span', { class: `status status-${tone}` }, icon(name), h('span', null, word));

export function runStatus(status: RunStatus): HTMLElement {
  switch (status) {
    case 'FINISHED':
      return statusMark('pass', 'good', t('finished'));
    case 'FAILED':
      return statusMark('fail', 'bad', t('failed'));
    case 'KILLED':
      return statusMark('stop', 'warn', t('cancelled'));
    case 'RUNNING':
      return statusMark('dot', 'live', t('running'));
    case 'SCHEDULED':
      return statusMark('ring', 'idle', t('waiting'));
  }
}

export function stepStatus(status: StepStatus): HTMLElement {
  switch (status) {
    case 'succeeded':
      return statusMark('pass', 'good', t('done'));
    case 'failed':
      return statusMark('fail', 'bad', t('failed'));
    case 'cancelled':
      return statusMark('stop', 'warn', t('cancelled'));
    case 'running':
      return statusMark('dot', 'live', t('running'));
    case 'waiting':
      return statusMark('ring', 'idle', t('waiting'));
    case 'cached':
      return statusMark('pass', 'good', t('taken from an earlier run'));
    case 'skipped':
      return statusMark('ring', 'idle', t('skipped'));
  }
}

export function gateVerdict(verdict: GateVerdict): HTMLElement {
  switch (verdict) {
    case 'passed':
      return statusMark('pass', 'good', t('passed'));
    case 'waived':
      return statusMark('warn', 'idle', t('waived'));
    case 'warned':
      return statusMark('warn', 'warn', t('warns'));
    case 'failed':
      return statusMark('fail', 'bad', t('blocks'));
    case 'unknown':
      return statusMark('question', 'bad', t('not judged'));
  }
}
