import type { RunId } from '../../engine/protocol/ids';
import type { Channel } from '../shared/channel';
import { throttled } from '../shared/throttled';
import type { RunsModel } from './runsModel';

export interface LiveOptions {
  readonly draw: () => void;
  /** Experiments and order are to be read anew. */
  readonly reload: () => void;
}

/** ms for which changes of runs are gathered: a thousand of them are read at once. */
const gather = 300;
/** ms between two readings of the order of all runs. */
const pause = 1500;

/** Follows what happens to runs while the page is open. */
export class LiveRuns {
  private readonly waiting = new Set<RunId>();
  private readonly read: () => void;
  private readonly reload: () => void;

  constructor(
    channel: Channel,
    private readonly model: RunsModel,
    options: LiveOptions,
  ) {
    this.read = throttled(gather, () => void this.flush());
    this.reload = throttled(pause, options.reload);
    const draw = throttled(gather, options.draw);
    channel.on('runs/changed', ({ runIds }) => this.changed(runIds));
    channel.on('run/points', payload => {
      if (this.model.addPoints(payload)) draw();
    });
    channel.onSaid('reconnected', () => this.reload());
  }

  changed(ids: readonly RunId[]): void {
    for (const id of ids) this.waiting.add(id);
    this.read();
  }

  private async flush(): Promise<void> {
    const ids = [...this.waiting];
    this.waiting.clear();
    await this.model.refresh(ids);
    this.reload();
  }
}
