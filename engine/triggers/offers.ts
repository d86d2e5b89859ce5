import type { TriggerEvent, TriggerOutcome } from '../protocol/triggers';
import { capital, decide, type Cause, type Finding } from './decide';
import type { Found } from './found';
import type { TriggerSpec } from './specs';
import type { TriggerStore } from './store';

export interface OffersOptions {
  readonly store: TriggerStore;
  /** ms since 1970 */
  readonly now: () => number;
  readonly isRunning: (pipeline: string) => boolean;
  /** Told after the commit. */
  readonly happened: (event: TriggerEvent) => void;
}

type Skip = NonNullable<Found['skip']>;

/** Takes causes to start pipelines: each waits from now on, or is skipped for a reason. */
export class Offers {
  constructor(private readonly options: OffersOptions) {}

  /** In one commit with the cursor that it was found at. */
  take(cause: Cause, spec: TriggerSpec, finding: Finding | undefined): TriggerOutcome {
    const { verdict, events } = this.options.store.together(() => this.offer(cause, spec, finding));
    for (const event of events) this.options.happened(event);
    const message = verdict.message ?? `${cause.pipeline} is about to start: ${cause.says}.`;
    return { outcome: verdict.reason === undefined ? 'queued' : 'skipped', message };
  }

  /** Nothing was found, and that is why; told when it was not the last thing that was told. */
  skip(spec: TriggerSpec, skip: Skip): void {
    if (this.isNews(spec, skip.message)) this.options.happened(this.skipped(spec, skip));
  }

  /** Within a commit. */
  private offer(
    cause: Cause,
    spec: TriggerSpec,
    finding: Finding | undefined,
  ): { verdict: ReturnType<typeof decide>; events: readonly TriggerEvent[] } {
    const { pipeline, kind, says } = cause;
    const { store, now } = this.options;
    const at = now();
    const isRunning = this.options.isRunning(pipeline);
    const verdict = decide(cause, spec, { store, now: at, isRunning, finding });
    const reached = verdict.isDone ? finding?.cursor : finding?.held;
    if (reached !== undefined) store.setCursor(spec, reached);
    const { reason, message = '' } = verdict;
    if (reason !== undefined) {
      const isNews = verdict.isDone || this.isNews(spec, message);
      const times = verdict.isDone ? 1 : 0;
      return { verdict, events: isNews ? [this.skipped(spec, { reason, message, times })] : [] };
    }
    const { watched = [] } = cause;
    store.add({ pipeline, kind, cause: cause.key, says, chain: [...(cause.chain ?? []), pipeline], at, watched });
    if (!isRunning) return { verdict, events: [] };
    const waits = `${capital(says)}: ${pipeline} is running and starts once more afterwards.`;
    return { verdict, events: [{ at, pipeline, kind, what: 'queued', message: waits }] };
  }

  private isNews(spec: TriggerSpec, message: string): boolean {
    return this.options.store.state(spec)?.lastSkip?.message !== message;
  }

  private skipped(spec: TriggerSpec, skip: Skip): TriggerEvent {
    const { pipeline, kind } = spec;
    const at = this.options.now();
    this.options.store.skip(spec, { at, ...skip });
    return { at, pipeline, kind, what: 'skipped', reason: skip.reason, message: skip.message };
  }
}
