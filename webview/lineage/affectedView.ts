import type {
  Affected,
  AffectedAdvice,
  AffectedVersion,
  DataNode,
  EndpointNode,
  RunNode,
  ViewNode,
} from '../../engine/protocol/lineage';
import { scrollingTable } from '../shared/dataTable';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { count, dateTime } from '../shared/format';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { placeText } from '../shared/placeLink';
import { statusMark } from '../shared/status';
import type { LineageContext } from './context';
import { link } from './nodeLinks';
import { lookOf } from './words';

/** What is wrong if the thing is: in use first, what to do last. */
export class AffectedView {
  readonly element = h('section', { class: 'affected', attrs: { tabindex: -1 } });
  private drawn = '';

  constructor(private readonly context: Pick<LineageContext, 'act'>) {}

  show(found: Affected): void {
    const key = JSON.stringify(found);
    if (key === this.drawn) return;
    this.drawn = key;
    keepFocus(this.element, () => fill(this.element, this.parts(found)));
  }

  private parts(found: Affected): readonly Child[] {
    const { root, versions, versionCount, liveCount, endpoints, views, viewCount, runs, runCount, data } = found;
    const { started, uses, next } = found;
    const { act } = this.context;
    const heading = h('h2', null, t('What is affected if {0} is wrong', lookOf(root).name));
    if (viewCount === 0 && runCount === 0 && versionCount === 0 && uses.length === 0 && started.length === 0)
      return [heading, h('p', null, t('Nothing that is known here has come of it.'))];
    const live =
      liveCount > 0
        ? statusMark('fail', 'bad', t('{0} in use now', count(liveCount)))
        : statusMark('pass', 'good', t('none in use'));
    return [
      heading,
      h('p', { class: 'row' }, `${runsText(runCount)}, ${versionsText(versionCount)}`, live),
      endpoints.length > 0 && this.endpointList(endpoints),
      versions.length > 0 &&
        scrollingTable(
          t('Model versions'),
          versionColumns(),
          versions.map(one => this.versionRow(one)),
        ),
      versionCount > versions.length &&
        h('p', { class: 'muted' }, t('and {0} more', count(versionCount - versions.length))),
      views.length > 0 && this.viewList(views, viewCount),
      runs.length > 0 && this.runList(t('Runs, the newest first'), runs, runCount),
      data.length > 0 && this.dataList(data),
      started.length > 0 && this.runList(t('Started because of it, on other data'), started, started.length),
      uses.length > 0 &&
        part(
          t('What uses it in modelyard.yaml'),
          uses.map(({ place, pipeline, step }) =>
            h(
              'span',
              null,
              link(placeText(place), () => void act('host/openPlace', { place }), 'link mono'),
              ` ${step === undefined ? t('triggers of {0}', pipeline) : `${pipeline} / ${step}`}`,
            ),
          ),
        ),
      next.length > 0 &&
        part(
          t('What to do next'),
          next.map(advice => this.advice(advice)),
        ),
    ];
  }

  private versionRow(version: AffectedVersion): readonly Child[] {
    const { model, version: number, stage, aliases, isLive, runId, createdAt } = version;
    const name = `${model} v${number}`;
    return [
      runId === undefined ? h('span', null, name) : link(name, () => void this.context.act('host/openRun', { runId })),
      isLive ? statusMark('fail', 'bad', t('in use now')) : t('not in use'),
      [stage, ...aliases.map(alias => `@${alias}`)].join(' '),
      dateTime(createdAt),
    ];
  }

  private endpointList(endpoints: readonly EndpointNode[]): HTMLElement {
    const { act } = this.context;
    return part(
      t('Served now'),
      endpoints.map(({ model, version, at, url }) => {
        const open = (): void => void act('host/openModel', { model, version });
        return h('span', null, link(`${model}@${at}`, open), ' ', t('version {0} at {1}', version, url));
      }),
    );
  }

  private viewList(views: readonly ViewNode[], total: number): HTMLElement {
    const lines: Child[] = views.map(node => {
      const { name, detail, icon } = lookOf({ ...node, distance: 0, places: [] });
      const view = link(name, () => void this.context.act('host/openFeatures', { view: name }));
      return h('span', null, view, ' ', icon === 'warn' ? statusMark('warn', 'warn', detail) : detail);
    });
    const rest = total - views.length;
    return part(t('Feature views'), rest > 0 ? [...lines, t('and {0} more', count(rest))] : lines);
  }

  private dataList(data: readonly DataNode[]): HTMLElement {
    return part(
      t('Data that was made of it'),
      data.map(({ id, dataset, digest }) =>
        link(`${dataset} ${digest.slice(0, 8)}`, () => void this.context.act('host/openLineage', { node: id })),
      ),
    );
  }

  private runList(title: string, runs: readonly RunNode[], total: number): HTMLElement {
    const links: Child[] = runs.map(({ runId, number, name }) =>
      link(`r-${number} ${name}`, () => void this.context.act('host/openRun', { runId })),
    );
    return part(title, total > runs.length ? [...links, t('and {0} more', count(total - runs.length))] : links);
  }

  private advice(advice: AffectedAdvice): Child {
    const { act } = this.context;
    switch (advice.kind) {
      case 'version': {
        const { model, version, stage, instead, hasHeld } = advice;
        // who has held the stage has been through its gates
        const change = hasHeld === true ? 'rollback' : 'promote';
        return instead === undefined
          ? h('span', null, t('{0} v{1} is in {2}; no version before it is unaffected.', model, version, stage))
          : h(
              'span',
              null,
              t('{0} v{1} is in {2}; v{3} is not affected.', model, version, stage, instead),
              ' ',
              link(
                hasHeld === true ? t('Roll back to v{0}…', instead) : t('Promote v{0}…', instead),
                () => void act('host/changeModel', { action: change, model, version: instead, stage }),
              ),
            );
      }
      case 'endpoint': {
        const { model, version, url, instead } = advice;
        return instead === undefined
          ? t('{0} answers with {1} v{2}; serve another version.', url, model, version)
          : t('{0} answers with {1} v{2}; v{3} is not affected: serve that one.', url, model, version, instead);
      }
      case 'run': {
        const { pipeline } = advice;
        return h(
          'span',
          null,
          t('When it is right again, run {0}.', pipeline),
          ' ',
          link(t('Open {0}', pipeline), () => void act('host/openPipeline', { pipeline })),
        );
      }
      case 'program':
        return t('When it is right again, run {0} again.', advice.source);
    }
  }
}

const runsText = (number: number): string => (number === 1 ? t('1 run') : t('{0} runs', count(number)));

const versionsText = (number: number): string =>
  number === 1 ? t('1 model version') : t('{0} model versions', count(number));

const versionColumns = (): readonly { readonly title: string }[] =>
  [t('Model version'), t('In use'), t('Stage and aliases'), t('Made')].map(title => ({ title }));

const part = (title: string, items: readonly Child[]): HTMLElement =>
  h(
    'div',
    { class: 'part' },
    h('h3', null, title),
    h(
      'ul',
      null,
      items.map(item => h('li', null, item)),
    ),
  );
