import '../shared/base.css';
import '../shared/charts/charts.css';
import './study.css';
import type { Study, Trial } from '../../engine/protocol/tuning';
import { busy, failure } from '../shared/components';
import { fill, h } from '../shared/dom';
import { isRunId } from '../shared/ids';
import { t } from '../shared/l10n';
import { openPage } from '../shared/page';
import { throttled } from '../shared/throttled';
import { StudyCharts } from './charts';
import { EnqueueForm } from './enqueueForm';
import { StudyHeader } from './header';
import { trialName } from './plotTrials';
import { TrialsTable } from './trialsTable';

const page = openPage();
const { channel, init } = page;
const { subject } = init;
if (subject.page !== 'study') throw new Error('This page shows a study.');
const { study: id } = subject;

let { trusted } = init;
let last: Study | undefined;
const message = h('div');
const main = h('main', { class: 'study-page' }, busy());
document.body.append(main);

const tell = (error: unknown): void => fill(last ? message : main, failure(error));
/** Does something; what it fails with is said above the pictures. */
function act(work: () => Promise<unknown>): void {
  message.replaceChildren();
  work().catch(tell);
}
const openRun = ({ runId }: Trial): void => {
  if (runId !== undefined && isRunId(runId)) act(() => channel.call('host/openRun', { runId }));
};

const header = new StudyHeader({
  trusted: () => trusted,
  openRun,
  stop: () => act(() => channel.call('studies/stop', { study: id })),
  goOn: trials =>
    act(async () => {
      const wanted = { study: id, ...(trials !== undefined && { trials }) };
      const { pipeline, step } = await channel.call('studies/extend', wanted);
      await channel.call('host/runStep', { pipeline, step });
    }),
});
const form = new EnqueueForm({
  trusted: () => trusted,
  send: async params => {
    const trial = await channel.call('studies/enqueue', { study: id, params });
    const isRunning = last?.status === 'running';
    const name = trialName(trial);
    return isRunning ? t('It is {0}, and next.', name) : t('It is {0}, tried when the study goes on.', name);
  },
});
const charts = new StudyCharts(page);
const table = new TrialsTable(openRun);

async function load(): Promise<void> {
  try {
    const study = await channel.call('studies/get', { study: id });
    const isFirst = last === undefined;
    last = study;
    if (isFirst) fill(main, header.element, message, form.element, charts.element, table.element);
    header.update(study);
    form.update(study);
    charts.update(study);
    table.update(study);
  } catch (error) {
    tell(error);
  }
}

const refresh = throttled(500, () => void load());
channel.on('study/changed', changed => {
  if (changed.id === id) refresh();
});
channel.onSaid('reconnected', () => refresh());
channel.onSaid('trusted', () => {
  trusted = true;
  if (!last) return;
  header.update(last);
  form.update(last);
});
channel.ready();
void load();
