import type { PlanChange, StepMade } from '../../engine/protocol/pipelines';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';

/** What a step is made of: what has changed of it, and its parameters. `planned`: changes that a plan knows. */
export function partsTables(made: StepMade | undefined, planned: readonly PlanChange[]): Child {
  const changes = made && made.changes.length > 0 ? made.changes : planned;
  const parameters = Object.entries(made?.parts ?? {}).filter(([name]) => isParameter(name));
  if (changes.length === 0 && parameters.length === 0) return undefined;
  const since = made?.before ? t('Changed since r-{0}', made.before.run) : t('Changed');
  return h(
    'section',
    { class: 'stack' },
    changes.length > 0 && h('h3', null, since),
    changes.length > 0 &&
      scrollingTable(
        since,
        [{ title: t('What') }, { title: t('Before') }, { title: t('Now') }],
        changes.map(({ name, was, now }) => [name, mono(was), mono(now)]),
      ),
    parameters.length > 0 && h('h3', null, t('Parameters')),
    parameters.length > 0 &&
      scrollingTable(
        t('Parameters'),
        [{ title: t('Name') }, { title: t('Value') }],
        parameters.map(([name, value]) => [name.replace(/^with\./, ''), mono(value)]),
      ),
  );
}

/** Not what comes in (it stands among the inputs), and not what every step has. */
const isParameter = (name: string): boolean => /^(with|env|run|outs|executor)\b/.test(name);

const mono = (value: string | undefined): Child =>
  value === undefined
    ? h('span', { class: 'muted' }, t('none'))
    : h('span', { class: 'mono', title: value }, /^[0-9a-f]{64}/.test(value) ? value.slice(0, 8) : value);
