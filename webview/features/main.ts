import '../shared/base.css';
import '../shared/charts/charts.css';
import './features.css';
import { CallError } from '../shared/channel';
import { busy, failure } from '../shared/components';
import { fill, h } from '../shared/dom';
import { openPage } from '../shared/page';
import { placeLinks } from '../shared/placeLink';
import type { FeaturesSubject } from '../shared/protocol';
import type { FeaturesContext } from './context';
import { JoinPage } from './join/joinPage';
import { ViewPage } from './view/viewPage';

const page = openPage();
const { channel, init } = page;
const { subject } = init;
if (subject.page !== 'features') throw new Error('This page shows features.');

let { trusted } = init;
const message = h('div');
const body = h('div', null, busy());
document.body.append(h('main', { class: 'features-page' }, message, body));

/** An error, with links to where it is. */
function tell(where: HTMLElement, error: unknown): void {
  const links =
    error instanceof CallError ? placeLinks(error.wire, place => context.act('host/openPlace', { place })) : [];
  fill(where, failure(error, ...links.flatMap(link => [' ', link])));
}

const context: FeaturesContext = {
  ...page,
  trusted: () => trusted,
  act: async (method, params) => {
    try {
      await channel.call(method, params);
      message.replaceChildren();
    } catch (error) {
      tell(message, error);
    }
  },
  change: (action, on = {}) => void context.act('host/changeFeatures', { action, ...on }),
};

/** The page of a view, or that of a join: both can be drawn again. */
function open({ of }: FeaturesSubject): { readonly load: () => void; readonly refresh: () => void } {
  if ('join' in of) {
    const join = new JoinPage(context, of.join);
    fill(body, join.element);
    return { load: () => join.load(), refresh: () => join.load() };
  }
  const view: ViewPage = new ViewPage({
    context: { ...context, name: of.view },
    opened: () => fill(body, view.element),
    failed: (error, isFirst) => tell(isFirst ? body : message, error),
    recovered: () => message.replaceChildren(),
  });
  return view;
}
const opened = open(subject);
channel.onSaid('trusted', () => {
  trusted = true;
  opened.refresh();
});
channel.ready();
opened.load();
