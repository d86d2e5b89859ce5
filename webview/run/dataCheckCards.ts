import type { DataCheckReport, DataCheckResult, DataCheckVerdict } from '../../engine/protocol/dataChecks';
import type { Place } from '../../engine/protocol/errors';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { placeLinks } from '../shared/placeLink';
import { statusMark } from '../shared/status';
import type { RunData } from './runStore';

type Open = (place: Place) => unknown;

/** What the suites of data checks say: what failed first, in its own sentence, with the first rows; the rest folded. */
export const dataCheckCards = (data: RunData, open: Open): Child =>
  data.dataChecks.length > 0 &&
  h(
    'div',
    { class: 'gates' },
    data.dataChecks.map(report => card(report, data, open)),
  );

function card(report: DataCheckReport, { datasets }: RunData, open: Open): HTMLElement {
  const { dataset, digest, suite, rows, sampled, parts, results } = report;
  const file = datasets.find(version => version.digest === digest)?.path;
  const found = results.filter(({ verdict }) => !isQuiet(verdict));
  const quiet = results.filter(({ verdict }) => isQuiet(verdict));
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  const of =
    suite === 'integrity'
      ? rows === 1
        ? t('1 row')
        : t('{0} rows', count(rows))
      : t('{0} training rows, {1} test rows', count(parts?.train ?? 0), count(parts?.test ?? 0));
  return h('section', { class: `card gate gate-${worst(results)}` }, [
    h('div', { class: 'card-head' }, [
      h('h2', null, suite === 'integrity' ? t('Data checks of {0}', dataset) : t('Parts of {0}', dataset)),
      h('span', { class: 'muted' }, of),
      sampled !== undefined && h('span', { class: 'muted' }, t('a sample of {0} rows', count(sampled))),
    ]),
    found.length > 0 &&
      h(
        'ul',
        { class: 'rules' },
        found.map(result => rule(result, file, open)),
      ),
    h('details', null, [
      h(
        'summary',
        null,
        results.length === 1
          ? t('{0} of 1 check passed', count(passed))
          : t('{0} of {1} checks passed', count(passed), count(results.length)),
      ),
      h(
        'ul',
        { class: 'rules' },
        quiet.map(result => rule(result, file, open)),
      ),
    ]),
  ]);
}

const isQuiet = (verdict: DataCheckVerdict): boolean => verdict === 'passed' || verdict === 'skipped';

function worst(results: readonly DataCheckResult[]): 'failed' | 'warned' | 'passed' {
  const blocks = results.some(
    ({ verdict, severity }) => verdict === 'failed' || (verdict === 'unknown' && severity === 'error'),
  );
  if (blocks) return 'failed';
  return results.every(({ verdict }) => isQuiet(verdict)) ? 'passed' : 'warned';
}

const shownRows = 5;

function rule({ verdict, message, rows }: DataCheckResult, file: string | undefined, open: Open): HTMLElement {
  const places =
    file === undefined ? [] : rows.slice(0, shownRows).map(({ line, file: own = file }) => ({ file: own, line }));
  return h('li', null, [
    verdictMark(verdict),
    h('span', { class: 'sentence' }, [message, ...places.flatMap(place => [' ', ...placeLinks({ place }, open)])]),
  ]);
}

function verdictMark(verdict: DataCheckVerdict): HTMLElement {
  switch (verdict) {
    case 'passed':
      return statusMark('pass', 'good', t('passed'));
    case 'warned':
      return statusMark('warn', 'warn', t('warns'));
    case 'failed':
      return statusMark('fail', 'bad', t('failed'));
    case 'unknown':
      return statusMark('question', 'bad', t('not judged'));
    case 'waived':
      return statusMark('warn', 'idle', t('waived'));
    case 'skipped':
      return statusMark('ring', 'idle', t('does not apply'));
  }
}
