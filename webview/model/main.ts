import '../shared/base.css';
import '../shared/charts/charts.css';
import '../shared/menu.css';
import './model.css';
import { CallError } from '../shared/channel';
import { busy, failure, tabs } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import { openPage } from '../shared/page';
import { placeLinks } from '../shared/placeLink';
import { BenchmarksTab } from './benchmarksTab';
import { CompareTab } from './compareTab';
import type { ModelContext } from './context';
import { DiffTab } from './diffTab';
import { ModelHeader } from './header';
import { ModelStore } from './modelStore';
import { OverviewTab } from './overviewTab';
import { ServingTab } from './servingTab';

const page = openPage();
const { channel, state, init } = page;
const { subject } = init;
if (subject.page !== 'model') throw new Error('This page shows a model.');
const { model: name } = subject;

let { trusted } = init;
const message = h('div');
const main = h('main', { class: 'model-page' }, busy());
document.body.append(main);

/** An error, with links to where it is. */
function tell(where: HTMLElement, error: unknown): void {
  const links =
    error instanceof CallError ? placeLinks(error.wire, place => context.act('host/openPlace', { place })) : [];
  fill(where, failure(error, ...links.flatMap(link => [' ', link])));
}

const context: ModelContext = {
  ...page,
  name,
  trusted: () => trusted,
  act: async (method, params, then) => {
    try {
      const result = await channel.call(method, params);
      message.replaceChildren();
      then?.(result);
    } catch (error) {
      tell(message, error);
    }
  },
  change: (action, on = {}) => void context.act('host/changeModel', { action, model: name, ...on }),
  showDiff: (version, beside) => {
    diff.choose(version, beside);
    show('changes');
  },
  showComparison: versions => {
    compare.choose(versions);
    show('compare');
  },
};

const header = new ModelHeader(context);
const diff = new DiffTab(context);
const compare = new CompareTab(context);
const parts = {
  overview: { title: t('Overview'), tab: new OverviewTab(context) },
  changes: { title: t('Changes'), tab: diff },
  compare: { title: t('Compare'), tab: compare },
  benchmarks: { title: t('Benchmarks'), tab: new BenchmarksTab(context) },
  serving: { title: t('Serving'), tab: new ServingTab(context) },
};
type PartId = keyof typeof parts;
const isPart = (id: string | undefined): id is PartId => id !== undefined && id in parts;
const kept = state.text('tab');
let isFirst = true;
let active: PartId = isPart(kept) ? kept : 'overview';

/** A tab that is in front already is drawn again. */
function show(id: PartId): void {
  if (isFirst) {
    state.set('tab', id);
    active = id; // there are no tabs yet: they will begin with this one
  } else if (id === active) refresh();
  else main.querySelector<HTMLElement>(`#tab-${id}`)?.click();
}

const contents = (): HTMLElement =>
  tabs({
    label: name,
    tabs: Object.entries(parts).map(([id, { title, tab }]) => ({ id, title, content: tab.element })),
    active,
    onShow: id => {
      if (!isPart(id)) return;
      active = id;
      state.set('tab', id);
      refresh();
    },
  });

function refresh(): void {
  const { data } = store;
  if (!data) return;
  header.update(data.model);
  parts[active].tab.update(data);
}

const store = new ModelStore({
  ...{ channel, name },
  changed: () => {
    if (isFirst) fill(main, header.element, message, contents());
    isFirst = false;
    refresh();
  },
  failed: error => tell(isFirst ? main : message, error),
});

channel.onSaid('showVersion', ({ version, stage }) => {
  if (stage === undefined) context.showDiff(version, { other: version - 1 });
  else context.showDiff(version, { stage });
});
channel.onSaid('showPart', ({ part }) => {
  if (isPart(part)) show(part);
});
channel.onSaid('trusted', () => {
  trusted = true;
  refresh();
});
channel.ready();
void store.load();
