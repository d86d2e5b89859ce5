import type { Place } from '../../engine/protocol/errors';
import type { ModelTest, ModelTestResult, ModelTests } from '../../engine/protocol/modelTests';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { count, metric } from '../shared/format';
import { t } from '../shared/l10n';
import { placeLinks } from '../shared/placeLink';
import { statusMark } from '../shared/status';

type Open = (place: Place) => unknown;

const shownRows = 5;

/** What the step `test` has measured: each test with its value and the worst rows; which bound it keeps, gates say. */
export function modelTestCards(tests: ModelTests | undefined, open: Open): Child {
  if (tests === undefined || tests.tests.length === 0) return false;
  return h(
    'section',
    { class: 'card' },
    h('h2', null, t('Model tests')),
    scrollingTable(
      t('Model tests'),
      [
        { title: t('Test') },
        { title: t('Value'), numeric: true },
        { title: t('Rows'), numeric: true },
        { title: t('What was found') },
      ],
      tests.tests.map(result => row(result, open)),
    ),
  );
}

function row({ test, value, problem, rows, examples, sentence }: ModelTestResult, open: Open): readonly Child[] {
  const found = problem ?? sentence;
  return [
    h('div', null, test.test, h('div', { class: 'muted' }, about(test))),
    value === undefined ? statusMark('question', 'bad', t('not measured')) : metric(value),
    count(rows),
    h(
      'div',
      null,
      found,
      examples.length > 0 &&
        h(
          'ul',
          { class: 'tested-rows' },
          examples
            .slice(0, shownRows)
            .map(({ file, line, what }) =>
              h('li', null, placeLinks({ place: { file, ...(line !== undefined && { line }) } }, open), ' ', what),
            ),
        ),
    ),
  ];
}

/** On what it was made, as modelyard.yaml has it. */
function about(test: ModelTest): string {
  switch (test.test) {
    case 'monotonic':
      return `${test.column}, ${test.direction}`;
    case 'invariant':
      return test.columns.join(', ');
    case 'directional':
      return `${Object.keys(test.change).join(', ')}, ${test.direction}`;
    case 'robust':
      return [test.against, test.metric, ...test.columns].join(', ');
    case 'golden':
      return test.path;
    case 'reproducible':
      return t('{0} trainings', test.trainings);
    case 'parity':
      return '';
  }
}
