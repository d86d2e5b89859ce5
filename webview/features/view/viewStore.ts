import type { ComputedView, FeatureViewDetail } from '../../../engine/protocol/features';
import type { FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import type { Channel } from '../../shared/channel';
import { throttled } from '../../shared/throttled';

export interface ViewData {
  readonly view: FeatureViewDetail;
  /** As last computed; empty: never. */
  readonly statistics: readonly FeatureStatistics[];
  /** Since the page was opened. */
  readonly computed?: ComputedView;
}

export interface ViewStoreOptions {
  readonly channel: Pick<Channel, 'call' | 'on' | 'onSaid'>;
  readonly name: string;
  readonly changed: (data: ViewData) => void;
  readonly failed: (error: unknown) => void;
}

/** ms between two looks while much happens. */
const pace = 300;

/** A feature view as it is, read again when something has happened to it. */
export class ViewStore {
  data: ViewData | undefined;
  /** Answers to older questions come to nothing. */
  private last = 0;
  private computed: ComputedView | undefined;

  constructor(private readonly options: ViewStoreOptions) {
    const { channel, name } = options;
    const again = throttled(pace, () => void this.load());
    channel.on('features/changed', ({ views }) => {
      if (views.length === 0 || views.includes(name)) again();
    });
    for (const event of ['config/changed', 'model/changed', 'serving/changed'] as const) channel.on(event, again);
    channel.onSaid('reconnected', again);
  }

  /** @throws CallError when it fails, or is cancelled */
  async compute(signal: AbortSignal): Promise<void> {
    const { channel, name } = this.options;
    this.computed = await channel.call('features/compute', { view: name }, signal);
    await this.load();
  }

  async load(): Promise<void> {
    const { channel, name, changed, failed } = this.options;
    const own = ++this.last;
    try {
      const [view, statistics] = await Promise.all([
        channel.call('features/get', { view: name }),
        // a view that cannot be resolved has a page as well, which says why
        channel.call('features/statistics', { view: name }).catch(() => []),
      ]);
      if (own !== this.last) return;
      const { computed } = this;
      this.data = { view, statistics, ...(computed && { computed }) };
      changed(this.data);
    } catch (error) {
      if (own === this.last) failed(error);
    }
  }
}
