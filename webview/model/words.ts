import type { Approval } from '../../engine/protocol/approvals';
import type { GateReport } from '../../engine/protocol/gates';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import type { ScanSummary } from '../../engine/protocol/security';
import type { SignatureSummary } from '../../engine/protocol/signatures';
import { h } from '../shared/dom';
import { ago, dateTime } from '../shared/format';
import { t } from '../shared/l10n';
import { statusMark } from '../shared/status';

export const versionName = (version: number): string => `v${version}`;

/** A moment as people say it; the whole of it on the pointer. */
export const when = (at: number): HTMLElement => h('span', { title: dateTime(at) }, ago(at));

/** `7 of 8 gates pass, 1 waived` */
export function gatesText({ results }: Pick<GateReport, 'results'>): string {
  const of = (verdict: string): number => results.filter(one => one.verdict === verdict).length;
  if (results.length === 0) return t('no gates');
  const waived = of('waived');
  const passed =
    results.length === 1
      ? t('{0} of 1 gate passes', of('passed'))
      : t('{0} of {1} gates pass', of('passed'), results.length);
  return waived === 0 ? passed : t('{0}, {1} waived', passed, waived);
}

export function approvalMark({ decision, standing, reviewer }: Approval): HTMLElement {
  if (standing !== 'counts')
    return statusMark(
      'ring',
      'idle',
      decision === 'approved' ? t('approved by {0}', reviewer) : t('rejected by {0}', reviewer),
    );
  return decision === 'approved'
    ? statusMark('pass', 'good', t('approved by {0}', reviewer))
    : statusMark('fail', 'bad', t('rejected by {0}', reviewer));
}

/** Why it does not count, and what is odd about it. */
export function approvalNote({ standing, why, isSameAccount, by }: Approval): string {
  return [
    standing === 'counts' ? '' : t('does not count: {0}', why ?? standing),
    isSameAccount ? t('from the account {0} of an author', by.account) : '',
  ]
    .filter(part => part !== '')
    .join('; ');
}

export function scanMark(scan: ScanSummary | undefined): HTMLElement {
  if (scan === undefined) return h('span', { class: 'muted' }, t('not scanned'));
  const { verdict, blocks, reviews, scannedAt } = scan;
  const mark =
    verdict === 'pass'
      ? statusMark('pass', 'good', t('safe'))
      : verdict === 'review'
        ? statusMark('warn', 'warn', t('{0} to review', reviews))
        : statusMark('fail', 'bad', t('{0} block', blocks));
  mark.title = t('files scanned {0}', dateTime(scannedAt));
  return mark;
}

/** How a signature stood when the files were read last; the whole sentence on the pointer. */
export function signatureMark(signature: SignatureSummary | undefined): HTMLElement {
  if (signature === undefined) return h('span', { class: 'muted' }, t('not signed'));
  const { state, sentence, readAt } = signature;
  const mark =
    state === 'signed'
      ? statusMark('pass', 'good', t('signed'))
      : state === 'untrusted'
        ? statusMark('warn', 'warn', t('key not trusted'))
        : statusMark('fail', 'bad', t('not what was signed'));
  mark.title = `${sentence} ${readAt === undefined ? t('Its files were not read since.') : t('Its files were read {0}.', dateTime(readAt))}`;
  return mark;
}

export const aliasesOf = ({ aliases }: RegisteredModel, version: number): readonly string[] =>
  Object.entries(aliases).flatMap(([alias, named]) => (named === version ? [`@${alias}`] : []));

export const versionOf = ({ versions }: RegisteredModel, number: number | undefined): ModelVersion | undefined =>
  versions.find(({ version }) => version === number);

export const decisionsOf = (
  { approvals }: RegisteredModel,
  { version, stage }: { readonly version: number; readonly stage?: string },
): readonly Approval[] =>
  approvals.filter(one => one.version === version && (stage === undefined || one.stage === stage));

/** Since when a version has been in its stage. */
export const sinceOf = ({ history }: RegisteredModel, { version, stage, createdAt }: ModelVersion): number =>
  history.find(move => move.version === version && move.to === stage)?.at ?? createdAt;

/** How the gates of a stage have judged a version, the newest time; undefined: never. */
export function reportOf({ gates, history }: RegisteredModel, version: number, stage: string): GateReport | undefined {
  const last = gates.find(report => report.stage === stage && report.version === version);
  return last ?? history.find(move => move.version === version && move.to === stage && move.gates)?.gates;
}
