import type { Affected, LineageGraph, LineageQuery } from '../../engine/protocol/lineage';
import type { Channel } from '../shared/channel';
import { throttled } from '../shared/throttled';

/** What is asked of the engine, besides the node. */
export type Asked = Pick<LineageQuery, 'up' | 'down' | 'steps' | 'opened'>;

export interface StoreOptions {
  readonly channel: Pick<Channel, 'call' | 'on' | 'onSaid'>;
  readonly node: string;
  readonly asked: () => Asked;
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** ms between two looks while runs go on. */
const pace = 2000;

/** The lineage and what is affected, read again when something has happened. */
export class LineageStore {
  graph: LineageGraph | undefined;
  affected: Affected | undefined;
  /** Answers to older questions come to nothing. */
  private last = 0;

  constructor(private readonly options: StoreOptions) {
    const { channel } = options;
    const again = throttled(pace, () => void this.load());
    for (const event of [
      'runs/changed',
      'model/changed',
      'dataset/changed',
      'pipeline/changed',
      'config/changed',
      'serving/changed',
      'features/changed',
    ] as const)
      channel.on(event, again);
    channel.onSaid('reconnected', () => void this.load());
  }

  async load(): Promise<void> {
    const { channel, node, asked, changed, failed } = this.options;
    const own = ++this.last;
    try {
      const [graph, affected] = await Promise.all([
        channel.call('lineage/graph', { node, ...asked() }),
        channel.call('lineage/affected', { node }),
      ]);
      if (own !== this.last) return;
      this.graph = graph;
      this.affected = affected;
      changed();
    } catch (error) {
      if (own === this.last) failed(error);
    }
  }
}
