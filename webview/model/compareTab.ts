import type { ComparedTexts, VersionComparison } from '../../engine/protocol/registryMoves';
import { checkbox, emptyState } from '../shared/components';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { metric } from '../shared/format';
import { t } from '../shared/l10n';
import { gateVerdict } from '../shared/status';
import { Asking } from '../shared/asking';
import type { ModelContext, ModelTab } from './context';
import type { ModelData } from './modelStore';
import { gatesText, versionName } from './words';

/** Versions side by side, in the order of their numbers. */
export class CompareTab implements ModelTab {
  readonly element = h('div', { class: 'stack' });
  private readonly bar = h('div', { class: 'row' });
  private readonly asking = new Asking();
  private known = '';

  constructor(private readonly context: ModelContext) {
    fill(this.element, this.bar, this.asking.element);
  }

  choose(versions: readonly number[]): void {
    this.context.state.set('compared', versions.map(String));
  }

  update({ model }: ModelData): void {
    const known = JSON.stringify([model.updatedAt, model.gates.map(({ judgedAt }) => judgedAt)]);
    if (known !== this.known) this.asking.forget();
    this.known = known;
    const there = new Set(model.versions.map(({ version }) => version));
    const versions = (this.context.state.texts('compared') ?? []).map(Number).filter(one => there.has(one));
    if (versions.length < 2) {
      this.bar.replaceChildren();
      this.asking.say(
        emptyState(t('No versions are compared'), t('Tick two or more in the list of versions, and choose Compare.')),
      );
      return;
    }
    const onlyChanged = this.context.state.flag('onlyChanged') ?? false;
    fill(
      this.bar,
      h('h2', null, versions.map(versionName).join(' · ')),
      h('span', { class: 'spacer' }),
      checkbox({
        label: t('Only what differs'),
        checked: onlyChanged,
        onChange: checked => {
          this.context.state.set('onlyChanged', checked);
          this.update({ model, endpoints: [], servingChanges: 0 });
        },
      }),
    );
    const asked = { name: model.name, versions };
    this.asking.ask(
      JSON.stringify([asked, onlyChanged]),
      signal => this.context.channel.call('registry/compare', asked, signal),
      found => comparison(found, onlyChanged),
    );
  }
}

export function comparison(
  { versions, metrics, params, data, gates }: VersionComparison,
  onlyChanged: boolean,
): readonly Child[] {
  const names = versions.map(({ version }) => versionName(version));
  const shownMetrics = metrics.filter(({ cells }) => !onlyChanged || new Set(cells.map(cell => cell?.value)).size > 1);
  const texts = (list: readonly ComparedTexts[]): readonly ComparedTexts[] =>
    list.filter(({ isSame }) => !onlyChanged || !isSame);
  return [
    table(t('Metrics'), names, {
      numeric: true,
      rows: shownMetrics.map(({ name, cells }) => [name, ...cells.map(numberCell)]),
    }),
    table(t('Gates'), names, {
      rows: gates.map(({ stage, cells }) => [
        stage,
        ...cells.map(report =>
          report === null
            ? '–'
            : h('div', null, gateVerdict(report.verdict), h('div', { class: 'muted' }, gatesText(report))),
        ),
      ]),
    }),
    table(t('Parameters'), names, { rows: texts(params).map(textRow) }),
    table(t('Data'), names, {
      rows: texts(data).map(({ name, cells }) =>
        textRow({ name, cells: cells.map(cell => cell?.slice(0, 12) ?? null) }),
      ),
    }),
  ];
}

const numberCell = (cell: VersionComparison['metrics'][number]['cells'][number]): Child =>
  cell === null
    ? '–'
    : h(
        'div',
        null,
        metric(cell.value),
        cell.interval && h('div', { class: 'muted' }, `${metric(cell.interval[0])} … ${metric(cell.interval[1])}`),
      );

const textRow = ({ name, cells }: Pick<ComparedTexts, 'name' | 'cells'>): readonly Child[] => [
  name,
  ...cells.map(cell => h('span', { class: 'mono' }, cell ?? '–')),
];

function table(
  title: string,
  names: readonly string[],
  { rows, numeric = false }: { readonly rows: readonly (readonly Child[])[]; readonly numeric?: boolean },
): HTMLElement {
  const columns = [{ title }, ...names.map(name => ({ title: name, numeric }))];
  return h(
    'section',
    { class: 'card' },
    h('h3', null, title),
    rows.length === 0 ? h('p', { class: 'muted' }, t('Nothing to show.')) : scrollingTable(title, columns, rows),
  );
}
