import type {
  DataChange,
  DataColumnChange,
  MeasuredNumber,
  MetricChange,
  SignatureDiff,
  VersionDiff,
} from '../../engine/protocol/registryMoves';
import type { GateReport } from '../../engine/protocol/gates';
import type { ModelVersion } from '../../engine/protocol/registry';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { count, metric, percent, short, signed } from '../shared/format';
import { t } from '../shared/l10n';
import { gateVerdict, statusMark } from '../shared/status';
import { gatesText, versionName } from './words';

/** All in which a version differs from another one, part by part. */
export function diffView(diff: VersionDiff): readonly Child[] {
  const { before, after, stage, paired, metrics, params, data, features, signature, gates, code, notes } = diff;
  const [older, newer] = [before ? versionName(before.version) : t('nobody'), versionName(after.version)];
  return [
    h(
      'h2',
      null,
      stage === undefined ? t('{0} beside {1}', newer, older) : t('What changes in {0} with {1}', stage, newer),
    ),
    before && h('p', { class: 'muted' }, intro(before, stage)),
    before === undefined && h('p', null, t('Nobody holds {0} now: there is nothing to compare with.', stage ?? '')),
    notes.length > 0 &&
      h(
        'ul',
        { class: 'plain' },
        notes.map(note => h('li', null, statusMark('question', 'idle', note))),
      ),
    part(
      t('Gates'),
      gateTable(gates, older, newer),
      gates.after === undefined && gates.before === undefined && t('No gates have judged them.'),
    ),
    before &&
      part(
        t('Metrics'),
        metrics.length > 0 && metricTable(metrics, { older, newer }),
        paired && h('p', { class: 'muted' }, pairedText(paired)),
        metrics.length === 0 && t('None is known of both.'),
      ),
    before && part(t('Parameters'), changes(t('Parameters'), params, { older, newer })),
    before && part(t('Data'), dataPart(data, { older, newer })),
    before && part(t('Features'), changes(t('Features'), features, { older, newer })),
    before && part(t('Signature'), signaturePart(signature)),
    before &&
      part(
        t('Code'),
        h('p', null, h('span', { class: 'mono' }, `${commitOf(code.before)} → ${commitOf(code.after)}`)),
        code.files.length > 0
          ? h(
              'ul',
              { class: 'plain mono' },
              code.files.map(({ path }) => h('li', null, path)),
            )
          : h('p', { class: 'muted' }, t('No file of the code is known to differ.')),
      ),
  ];
}

const intro = ({ version, stage: own }: ModelVersion, stage: string | undefined): string =>
  stage === undefined
    ? t('{0} is in {1}.', versionName(version), own)
    : t('{0} holds {1} now.', versionName(version), stage);

const pairedText = ({ rows, seen }: NonNullable<VersionDiff['paired']>): string =>
  seen > 0
    ? t('Both were asked for the same {0} rows; the older one has learnt from {1} of them.', count(rows), count(seen))
    : rows === 1
      ? t('Both were asked for the same row.')
      : t('Both were asked for the same {0} rows.', count(rows));

interface Names {
  readonly older: string;
  readonly newer: string;
}

function metricTable(metrics: readonly MetricChange[], { older, newer }: Names): HTMLElement {
  const columns = [
    { title: t('Metric') },
    { title: older, numeric: true },
    { title: newer, numeric: true },
    { title: t('Difference'), numeric: true },
    { title: t('Verdict') },
  ];
  return scrollingTable(
    t('Metrics'),
    columns,
    metrics.map(change => [
      change.name,
      numberCell(change.before),
      numberCell(change.after),
      change.difference === undefined ? '–' : h('div', null, signed(change.difference), interval(change.interval)),
      verdict(change),
    ]),
  );
}

const numberCell = (one: MeasuredNumber | undefined): Child =>
  one === undefined ? '–' : h('div', null, metric(one.value), interval(one.interval));

const interval = (ends: readonly [number, number] | undefined): Child =>
  ends && h('div', { class: 'muted' }, `${metric(ends[0])} … ${metric(ends[1])}`);

function verdict({ verdict: word }: MetricChange): HTMLElement {
  switch (word) {
    case 'better':
      return statusMark('pass', 'good', t('better'));
    case 'worse':
      return statusMark('fail', 'bad', t('worse'));
    case 'unsure':
      return statusMark('question', 'idle', t('could be chance'));
    case 'higher':
      return statusMark('dot', 'idle', t('higher'));
    case 'lower':
      return statusMark('dot', 'idle', t('lower'));
    case 'same':
      return statusMark('ring', 'idle', t('the same'));
    case 'new':
      return statusMark('dot', 'idle', t('new'));
    case 'gone':
      return statusMark('dot', 'idle', t('gone'));
  }
}

function changes(caption: string, list: VersionDiff['params'], { older, newer }: Names): Child {
  if (list.length === 0) return h('p', { class: 'muted' }, t('No difference.'));
  return scrollingTable(
    caption,
    [{ title: t('Name') }, { title: older }, { title: newer }],
    list.map(({ name, before = '–', after = '–' }) => [
      name,
      h('span', { class: 'mono' }, before),
      h('span', { class: 'mono' }, after),
    ]),
  );
}

function dataPart(data: readonly DataChange[], names: Names): Child {
  if (data.length === 0) return h('p', { class: 'muted' }, t('The same contents.'));
  return h(
    'div',
    { class: 'stack' },
    data.map(change => dataChange(change, names)),
  );
}

function dataChange(
  { name, before, after, rows, columns = [], why }: DataChange,
  { older, newer }: Names,
): HTMLElement {
  const ends = `${before === undefined ? '–' : short(before)} → ${after === undefined ? '–' : short(after)}`;
  const heads = [t('Column'), t('Change'), t('Type'), t('Missing {0} → {1}', older, newer)].map(title => ({ title }));
  return h(
    'div',
    null,
    h(
      'p',
      null,
      `${name} `,
      h('span', { class: 'mono' }, ends),
      rows && ` · ${t('{0} → {1} rows', count(rows.before), count(rows.after))}`,
    ),
    why !== undefined && h('p', { class: 'muted' }, why),
    columns.length > 0 &&
      scrollingTable(
        t('Columns of {0}', name),
        [...heads, { title: 'PSI', numeric: true }],
        columns.map(column => [
          column.formerly === undefined ? column.name : t('{0}, probably was {1}', column.name, column.formerly),
          `${kindWord(column.kind)}, ${changeWord(column.verdict)}`,
          column.retyped ? `${column.retyped.from} → ${column.retyped.to}` : '',
          column.missing ? `${percent(column.missing.before)} → ${percent(column.missing.after)}` : '',
          column.psi === undefined ? '–' : metric(column.psi),
        ]),
      ),
  );
}

function kindWord(kind: DataColumnChange['kind']): string {
  switch (kind) {
    case 'kept':
      return t('kept');
    case 'renamed':
      return t('renamed');
    case 'added':
      return t('added');
    case 'removed':
      return t('removed');
  }
}

function changeWord(verdict: DataColumnChange['verdict']): string {
  switch (verdict) {
    case 'different':
      return t('different');
    case 'slight':
      return t('slight');
    case 'unsure':
      return t('too few rows');
    case 'alike':
      return t('alike');
    case 'untested':
      return t('not tested');
  }
}

function signaturePart({ verdict: word, changes: list }: SignatureDiff): Child {
  const mark = {
    same: () => statusMark('pass', 'good', t('the same')),
    compatible: () => statusMark('pass', 'good', t('compatible: who calls the older one can call the newer one')),
    breaking: () => statusMark('fail', 'bad', t('breaking: who calls the older one may fail with the newer one')),
    unknown: () => statusMark('question', 'idle', t('not both have a signature that can be read')),
  }[word]();
  return h(
    'div',
    null,
    h('p', null, mark),
    list.length > 0 &&
      h(
        'ul',
        { class: 'plain' },
        list.map(({ sentence, isBreaking }) =>
          h('li', null, isBreaking ? statusMark('fail', 'bad', sentence) : statusMark('dot', 'idle', sentence)),
        ),
      ),
  );
}

function gateTable({ before, after }: VersionDiff['gates'], older: string, newer: string): Child {
  if (after === undefined && before === undefined) return false;
  const rules = [...new Set([...(after?.results ?? []), ...(before?.results ?? [])].map(({ rule }) => rule))];
  return h(
    'div',
    null,
    h('p', { class: 'row' }, summary(older, before), summary(newer, after)),
    rules.length > 0 &&
      scrollingTable(
        t('Gates'),
        [{ title: t('Rule') }, { title: older }, { title: newer }, { title: t('What it says of {0}', newer) }],
        rules.map(rule => [
          rule,
          verdictOf(before, rule),
          verdictOf(after, rule),
          after?.results.find(one => one.rule === rule)?.sentence ?? '',
        ]),
      ),
  );
}

const summary = (name: string, report: GateReport | undefined): Child =>
  report && h('span', { class: 'row' }, `${name}: `, gateVerdict(report.verdict), gatesText(report));

const verdictOf = (report: GateReport | undefined, rule: string): Child => {
  const found = report?.results.find(one => one.rule === rule);
  return found ? gateVerdict(found.verdict) : '–';
};

const commitOf = (state: VersionDiff['code']['before']): string =>
  state?.commit === undefined ? '–' : `${state.commit.slice(0, 10)}${state.dirty === true ? '*' : ''}`;

const part = (title: string, ...children: readonly Child[]): HTMLElement =>
  h('section', { class: 'card' }, h('h3', null, title), ...children);
