import type { RegisteredModel } from '../../engine/protocol/registry';
import type { Endpoint } from '../../engine/protocol/serving';
import type { Channel } from '../shared/channel';
import { throttled } from '../shared/throttled';

export interface ModelData {
  readonly model: RegisteredModel;
  /** Where it answers over HTTP now. */
  readonly endpoints: readonly Endpoint[];
  /** Counts up when a version was served, stopped or tested. */
  readonly servingChanges: number;
}

export interface StoreOptions {
  readonly channel: Pick<Channel, 'call' | 'on' | 'onSaid'>;
  readonly name: string;
  readonly changed: (data: ModelData) => void;
  readonly failed: (error: unknown) => void;
}

/** ms between two looks while much happens. */
const pace = 300;

/** The model as it is, read again when something has happened to it. */
export class ModelStore {
  data: ModelData | undefined;
  private servingChanges = 0;
  /** Answers to older questions come to nothing. */
  private last = 0;

  constructor(private readonly options: StoreOptions) {
    const { channel, name } = options;
    const again = throttled(pace, () => void this.load());
    channel.on('model/changed', changed => {
      if (changed.name === name) again();
    });
    channel.on('config/changed', again); // its stages may be others
    channel.on('serving/changed', () => {
      this.servingChanges++;
      again();
    });
    channel.onSaid('reconnected', again);
  }

  async load(): Promise<void> {
    const { channel, name, changed, failed } = this.options;
    const own = ++this.last;
    try {
      const [model, all] = await Promise.all([channel.call('models/get', { name }), channel.call('serving/list', {})]);
      if (own !== this.last) return;
      const endpoints = all.filter(endpoint => endpoint.model === name);
      this.data = { model, endpoints, servingChanges: this.servingChanges };
      changed(this.data);
    } catch (error) {
      if (own === this.last) failed(error);
    }
  }
}
