import '../shared/base.css';
import '../shared/charts/charts.css';
import './run.css';
import { busy, failure, tabs } from '../shared/components';
import { fill, h } from '../shared/dom';
import { CallError } from '../shared/channel';
import { t } from '../shared/l10n';
import { openPage } from '../shared/page';
import { placeLinks } from '../shared/placeLink';
import { ArtifactsTab } from './artifacts';
import type { RunContext } from './context';
import { CurvesTab } from './curves';
import { EvaluationTab } from './evaluation/evaluationTab';
import { RunHeader } from './header';
import { lineage } from './lineage';
import { LogTab } from './log';
import { overview } from './overview';
import type { RunData } from './runStore';
import { RunStore } from './runStore';

const page = openPage();
const { channel, state, init } = page;
const { subject } = init;
if (subject.page !== 'run') throw new Error('This page shows a run.');

const message = h('div');
let { trusted } = init;
const context: RunContext = {
  ...page,
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
  take: run => store.take(run),
};

/** An error, with links to where it is. */
function tell(where: HTMLElement, error: unknown): void {
  const links =
    error instanceof CallError ? placeLinks(error.wire, place => context.act('host/openPlace', { place })) : [];
  fill(where, failure(error, ...links.flatMap(link => [' ', link])));
}

const parts = {
  overview: { title: t('Overview'), tab: overview(context) },
  curves: { title: t('Curves'), tab: new CurvesTab(context) },
  evaluation: { title: t('Evaluation'), tab: new EvaluationTab(context) },
  artifacts: { title: t('Artifacts'), tab: new ArtifactsTab(context) },
  log: { title: t('Log'), tab: new LogTab(context) },
  lineage: { title: t('Lineage'), tab: lineage(context) },
};
type PartId = keyof typeof parts;
const isPart = (id: string | undefined): id is PartId => id !== undefined && id in parts;

const header = new RunHeader(context);
const main = h('main', { class: 'run-page' }, busy());
document.body.append(main);

let data: RunData | undefined;
const kept = state.text('tab');
let active: PartId = isPart(kept) ? kept : 'overview';

function show(next: RunData): void {
  const isFirst = data === undefined;
  data = next;
  if (isFirst) fill(main, header.element, message, contents());
  header.update(next);
  parts[active].tab.update(next);
}

const contents = (): HTMLElement =>
  tabs({
    label: t('Run'),
    tabs: Object.entries(parts).map(([id, { title, tab }]) => ({ id, title, content: tab.element })),
    active,
    onShow: id => {
      if (!isPart(id)) return;
      active = id;
      state.set('tab', id);
      if (data) parts[id].tab.update(data);
    },
  });

const store = new RunStore(channel, subject.runId, {
  changed: show,
  failed: error => tell(data ? message : main, error),
});
channel.onSaid('showPart', ({ part, slice }) => {
  if (!isPart(part)) return;
  parts.evaluation.tab.mark(slice);
  state.set('tab', part);
  active = part;
  // before the first data there are no tabs yet: they will begin with this one
  if (data) fill(main, header.element, message, contents());
});
channel.onSaid('trusted', () => {
  trusted = true;
  if (data) header.update(data);
});
channel.ready();
void store.load();
