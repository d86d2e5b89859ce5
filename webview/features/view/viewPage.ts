import { busy, button, tabs } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import type { FeaturePart } from '../../shared/protocol';
import { FeaturesTab } from './featuresTab';
import { OnlineTab } from './onlineTab';
import { UseTab } from './useTab';
import { VersionsTab } from './versionsTab';
import type { ViewContext, ViewTab } from './viewContext';
import { ViewHeader } from './viewHeader';
import { ViewStore } from './viewStore';

const isPart = (id: string | undefined): id is FeaturePart =>
  id === 'features' || id === 'versions' || id === 'online' || id === 'use';

export interface ViewPageOptions {
  readonly context: Omit<ViewContext, 'compute' | 'reveal'>;
  /** There is something to show. */
  readonly opened: () => void;
  readonly failed: (error: unknown, isFirst: boolean) => void;
  /** What the view failed with when it was read is so no more. */
  readonly recovered: () => void;
}

/** The page of a feature view: what its values are, what it was before, what is served, who needs it. */
export class ViewPage {
  readonly element = h('div');
  private readonly header: ViewHeader;
  private readonly versions: VersionsTab;
  private readonly parts: Readonly<Record<FeaturePart, { readonly title: string; readonly tab: ViewTab }>>;
  private readonly store: ViewStore;
  private active: FeaturePart;
  private isFirst = true;
  private hasFailed = false;
  private readonly status = h('div', { attrs: { 'aria-live': 'polite' } });
  private computing = false;

  constructor(private readonly options: ViewPageOptions) {
    const { failed } = options;
    const reveal = (feature: string): void => {
      this.show('features');
      features.open(feature);
    };
    const context: ViewContext = { ...options.context, compute: () => void this.compute(), reveal };
    const features = new FeaturesTab(context);
    this.header = new ViewHeader(context);
    this.versions = new VersionsTab(context);
    this.parts = {
      features: { title: t('Features'), tab: features },
      versions: { title: t('Versions'), tab: this.versions },
      online: { title: t('Online'), tab: new OnlineTab(context) },
      use: { title: t('Alerts and use'), tab: new UseTab(context) },
    };
    const kept = context.state.text('tab');
    this.active = isPart(kept) ? kept : 'features';
    this.store = new ViewStore({
      ...{ channel: context.channel, name: context.name },
      changed: () => this.changed(),
      failed: error => {
        this.hasFailed = true;
        failed(error, this.isFirst);
      },
    });
    context.channel.onSaid('showPart', ({ part }) => {
      if (isPart(part)) this.show(part);
    });
    context.channel.onSaid('compare', ({ before, after }) => {
      this.versions.choose(Number(before), Number(after));
      this.show('versions');
    });
  }

  load(): void {
    void this.store.load();
  }

  refresh(): void {
    const { data } = this.store;
    if (!data) return;
    this.header.update(data.view);
    this.parts[this.active].tab.update(data);
  }

  /** Once at a time; says that it is under way, with a way to give up. */
  private async compute(): Promise<void> {
    if (this.computing) return;
    this.computing = true;
    const asked = new AbortController();
    const cancel = button({ label: t('Cancel'), onClick: () => asked.abort() });
    fill(this.status, h('div', { class: 'row' }, busy(t('Computing…')), cancel));
    try {
      await this.store.compute(asked.signal);
      this.show('features');
    } catch (error) {
      if (!asked.signal.aborted) this.options.failed(error, this.isFirst);
    } finally {
      this.computing = false;
      fill(this.status);
    }
  }

  private changed(): void {
    if (this.isFirst) {
      fill(this.element, this.header.element, this.status, this.contents());
      this.options.opened();
    }
    this.isFirst = false;
    if (this.hasFailed) this.options.recovered();
    this.hasFailed = false;
    this.refresh();
  }

  private show(part: FeaturePart): void {
    if (this.isFirst) {
      this.options.context.state.set('tab', part);
      this.active = part; // there are no tabs yet: they will begin with this one
    } else if (part !== this.active) this.element.querySelector<HTMLElement>(`#tab-${part}`)?.click();
  }

  private contents(): HTMLElement {
    return tabs({
      label: this.options.context.name,
      tabs: Object.entries(this.parts).map(([id, { title, tab }]) => ({ id, title, content: tab.element })),
      active: this.active,
      onShow: id => {
        if (!isPart(id)) return;
        this.active = id;
        this.options.context.state.set('tab', id);
        this.refresh();
      },
    });
  }
}
