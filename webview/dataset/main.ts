import '../shared/base.css';
import '../shared/charts/charts.css';
import './dataset.css';
import { CallError } from '../shared/channel';
import { busy, button, failure, tabs } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import { openPage } from '../shared/page';
import { placeLinks } from '../shared/placeLink';
import { throttled } from '../shared/throttled';
import { ColumnsTab } from './columnsTab';
import { CompareTab } from './compareTab';
import type { DatasetContext } from './context';
import { VersionsTab } from './versionsTab';

const page = openPage();
const { channel, state, init } = page;
const { subject } = init;
if (subject.page !== 'dataset') throw new Error('This page shows a dataset.');
const { dataset: name } = subject;

let { trusted } = init;
const message = h('div');
const main = h('main', { class: 'dataset-page' }, busy());
document.body.append(main);

/** An error, with links to where it is. */
function tell(where: HTMLElement, error: unknown): void {
  const open = (place: Parameters<Parameters<typeof placeLinks>[1]>[0]): unknown =>
    channel.call('host/openPlace', { place }).catch(() => undefined);
  const links = error instanceof CallError ? placeLinks(error.wire, open) : [];
  fill(where, failure(error, ...links.flatMap(link => [' ', link])));
}

const context: DatasetContext = {
  ...page,
  name,
  trusted: () => trusted,
  failed: error => tell(message, error),
  openRun: runId => void channel.call('host/openRun', { runId }).catch((error: unknown) => tell(message, error)),
  showColumns: digest => {
    columns.choose(digest);
    show('columns');
  },
  compare: (before, after) => {
    comparison.choose(before, after);
    show('compare');
  },
};
const versions = new VersionsTab(context);
const columns = new ColumnsTab(context);
const comparison = new CompareTab(context);
const parts = {
  versions: { title: t('Versions'), tab: versions },
  columns: { title: t('Columns'), tab: columns },
  compare: { title: t('Compare'), tab: comparison },
};
type PartId = keyof typeof parts;
const isPart = (id: string | undefined): id is PartId => id !== undefined && id in parts;
const kept = state.text('tab');
let active: PartId = isPart(kept) ? kept : 'versions';

function show(id: PartId): void {
  main.querySelector<HTMLElement>(`#tab-${id}`)?.click();
}

const lineage = (): void =>
  void channel.call('host/openLineage', { node: name }).catch((error: unknown) => tell(message, error));
const heading = h(
  'header',
  { class: 'dataset-header row' },
  h('h1', null, name),
  h('span', { class: 'spacer' }),
  button({
    label: t('Lineage'),
    title: t('What the dataset came from, what was made of it, and what is affected if it is wrong'),
    onClick: lineage,
  }),
);
const contents = (): HTMLElement =>
  tabs({
    label: name,
    tabs: Object.entries(parts).map(([id, { title, tab }]) => ({ id, title, content: tab.element })),
    active,
    onShow: id => {
      if (!isPart(id)) return;
      active = id;
      state.set('tab', id);
      parts[id].tab.show();
    },
  });

let isFirst = true;
async function load(): Promise<void> {
  try {
    const found = await channel.call('datasets/versions', { name });
    message.replaceChildren();
    for (const { tab } of Object.values(parts)) tab.update(found);
    if (isFirst) fill(main, heading, message, contents());
    else parts[active].tab.show();
    isFirst = false;
  } catch (error) {
    tell(isFirst ? main : message, error);
  }
}

const refresh = throttled(500, () => void load());
channel.on('dataset/changed', changed => {
  if (changed.name === name) refresh();
});
channel.on('runs/changed', () => refresh());
channel.onSaid('reconnected', () => refresh());
channel.onSaid('compare', ({ before, after }) => context.compare(before, after));
channel.onSaid('trusted', () => {
  trusted = true;
  parts[active].tab.show();
});
channel.ready();
void load();
