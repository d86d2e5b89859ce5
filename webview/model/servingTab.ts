import type { Endpoint, ServingTest } from '../../engine/protocol/serving';
import { busy, button, emptyState, failure } from '../shared/components';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { count, metric } from '../shared/format';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { linkButton } from '../shared/linkButton';
import { statusMark } from '../shared/status';
import type { ModelContext, ModelTab } from './context';
import type { ModelData } from './modelStore';
import { versionName, when } from './words';

/** Versions whose tests are asked for, and tests of each. */
const [mostVersions, testsEach] = [20, 3];
/** ms between two looks at how many requests were answered. */
const pace = 5000;

/** Where the model answers now, and what came of the newest tests of serving it. */
export class ServingTab implements ModelTab {
  readonly element = h('div', { class: 'stack' });
  private readonly running = h('section', { class: 'card' });
  private readonly tested = h('section', { class: 'card' }, busy());
  private data: ModelData | undefined;
  private asked = '';
  private drawn = '';

  constructor(private readonly context: ModelContext) {
    fill(this.element, this.running, this.tested);
    setInterval(() => void this.look(), pace);
  }

  update(data: ModelData): void {
    this.data = data;
    this.drawRunning(data.endpoints);
    const asked = JSON.stringify([data.servingChanges, data.model.versions.map(({ version }) => version)]);
    if (asked === this.asked) return;
    this.asked = asked;
    void this.load(data);
  }

  /** Nobody tells of each request. */
  private async look(): Promise<void> {
    const { data } = this;
    if (!data || data.endpoints.length === 0 || this.element.offsetParent === null) return;
    const all = await this.context.channel.call('serving/list', {}).catch(() => undefined);
    if (all) this.drawRunning(all.filter(({ model }) => model === data.model.name));
  }

  private drawRunning(endpoints: readonly Endpoint[]): void {
    const key = JSON.stringify([endpoints, this.context.trusted(), this.data?.model.versions.length]);
    if (key === this.drawn) return;
    this.drawn = key;
    const disabled = !this.context.trusted() || this.data?.model.versions.length === 0;
    const { change } = this.context;
    keepFocus(this.running, () =>
      fill(
        this.running,
        h(
          'div',
          { class: 'card-head' },
          h('h2', null, t('Answers over HTTP')),
          h('span', { class: 'spacer' }),
          button({ label: t('Serve…'), look: 'primary', disabled, onClick: () => change('serve') }),
          button({ label: t('Test Serving…'), disabled, onClick: () => change('testServing') }),
        ),
        endpoints.length === 0
          ? emptyState(
              t('It is not served'),
              t('A stage, an alias or a version answers on this machine as MLflow’s server does.'),
            )
          : scrollingTable(
              t('Answers over HTTP'),
              heads(),
              endpoints.map(one => this.row(one)),
            ),
      ),
    );
  }

  private row({ id, at, version, url, token, startedAt, requests, errors, problem }: Endpoint): readonly Child[] {
    const { act, trusted } = this.context;
    const copied = token === undefined ? url : `curl -H 'Authorization: Bearer ${token}' ${url}/ping`;
    return [
      at,
      versionName(version),
      h(
        'span',
        null,
        h('span', { class: 'mono' }, url),
        ' ',
        linkButton(t('Copy'), () => act('host/copy', { text: copied }), {
          label: t('Copy how to reach {0}', url),
          title: token === undefined ? t('The address') : t('A curl with the address and the token'),
        }),
      ),
      problem === undefined ? statusMark('pass', 'good', t('answers')) : statusMark('warn', 'warn', problem),
      count(requests),
      count(errors),
      when(startedAt),
      button({
        label: t('Stop'),
        title: t('Stop {0}', `${this.context.name} ${at}`),
        disabled: !trusted(),
        onClick: () => act('serving/stop', { id }),
      }),
    ];
  }

  private async load({ model }: ModelData): Promise<void> {
    const { asked } = this;
    try {
      const lists = await Promise.all(
        model.versions
          .slice(0, mostVersions)
          .map(({ version }) =>
            this.context.channel.call('serving/tests', { model: model.name, version, limit: testsEach }),
          ),
      );
      if (asked === this.asked) this.drawTests(lists.flat().toSorted((a, b) => b.testedAt - a.testedAt));
    } catch (error) {
      if (asked === this.asked) fill(this.tested, failure(error));
    }
  }

  private drawTests(tests: readonly ServingTest[]): void {
    fill(
      this.tested,
      h('h2', null, t('Tests of serving')),
      tests.length === 0
        ? emptyState(
            t('Never tested'),
            t('A test serves a version for itself, puts it under load and drills the rollback.'),
          )
        : scrollingTable(t('Tests of serving'), testHeads(), tests.map(testRow)),
    );
  }
}

const heads = () => [
  ...[t('At'), t('Version'), t('Address'), t('State')].map(title => ({ title })),
  ...[t('Requests'), t('Errors')].map(title => ({ title, numeric: true })),
  ...[t('Since'), t('Stop')].map(title => ({ title })),
];

const testHeads = () => [
  ...[t('Version'), t('Tested'), t('Looks')].map(title => ({ title })),
  ...[t('First answer, ms'), t('Requests a second'), t('p50, ms'), t('p99, ms'), t('Failed')].map(title => ({
    title,
    numeric: true,
  })),
  ...[t('Rollback')].map(title => ({ title })),
];

export function testRow({ version, testedAt, smoke, startup, load, rollback }: ServingTest): readonly Child[] {
  return [
    versionName(version),
    when(testedAt),
    looks(smoke),
    metric(Math.round(startup)),
    metric(Math.round(load.requestsPerSecond)),
    metric(load.p50),
    metric(load.p99),
    load.failed === 0
      ? '0'
      : h(
          'span',
          { title: load.failure ?? '' },
          statusMark('fail', 'bad', t('{0} of {1}', count(load.failed), count(load.requests))),
        ),
    drill(rollback),
  ];
}

function looks(smoke: ServingTest['smoke']): Child {
  const failed = smoke.filter(({ passed }) => !passed);
  const told = t('{0} of {1}', smoke.length - failed.length, smoke.length);
  if (failed.length === 0) return statusMark('pass', 'good', told);
  return h(
    'div',
    null,
    statusMark('fail', 'bad', told),
    failed.map(({ what, sentence }) => h('div', { class: 'muted' }, `${what}: ${sentence}`)),
  );
}

function drill({ to, firstAnswer, back, failed, requests }: ServingTest['rollback']): Child {
  const told = t('v{0} answered after {1} ms, back after {2} ms', to, Math.round(firstAnswer), Math.round(back));
  return failed === 0
    ? statusMark('pass', 'good', told)
    : statusMark(
        'fail',
        'bad',
        requests === 1
          ? t('{0}; the only request failed', told)
          : t('{0}; {1} of {2} requests failed', told, count(failed), count(requests)),
      );
}
