import { ModelyardError, toWireError } from '../errors';
import type { PipelineRunId } from '../protocol/ids';
import type { TriggerOutcome } from '../protocol/triggers';
import { capital } from './decide';
import type { TriggerPorts } from './ports';
import type { Firing, TriggerStore } from './store';

export interface StarterOptions {
  readonly ports: Pick<TriggerPorts, 'pipelines' | 'happened' | 'busy' | 'failed'>;
  readonly store: TriggerStore;
  readonly now: () => number;
  /** A pipeline that a trigger has started has ended. */
  readonly ended: () => void;
}

/** What may be otherwise in a moment: what waits goes on waiting. */
const passing = /^(config\.|store\.|conflict$|cancelled$)/;

/** Starts what waits, one run of a pipeline at a time: in one commit the run is made and is waited for no more. */
export class Starter {
  readonly #options: StarterOptions;
  readonly #starting = new Set<string>();

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  isRunning(pipeline: string): boolean {
    return this.#starting.has(pipeline) || this.#runs(pipeline);
  }

  #runs(pipeline: string): boolean {
    return this.#options.ports.pipelines.running().some(run => run.pipeline === pipeline);
  }

  /** Settles when the run has begun, or has not. */
  start(firing: Firing): Promise<TriggerOutcome> {
    const { ports, store } = this.#options;
    const { pipeline, kind, says, chain, id } = firing;
    const time = Date.parse(firing.cause);
    const hold = ports.busy();
    this.#starting.add(pipeline);
    return new Promise(resolve => {
      let begun: PipelineRunId | undefined;
      const run = ports.pipelines.run({
        pipeline,
        ...(kind === 'schedule' && Number.isFinite(time) && { at: time }),
        tags: {
          'modelyard.trigger': kind,
          'modelyard.trigger.cause': says,
          'modelyard.trigger.chain': chain.join(' > '),
        },
        begun: made => {
          if (this.#runs(pipeline)) throw new ModelyardError('conflict', `${pipeline} runs already.`);
          if (!store.isWaiting(id)) throw new ModelyardError('conflict', `${pipeline} was called off.`);
          store.started(id, made.id);
          begun = made.id;
          queueMicrotask(() => this.#tell(firing, made.id, resolve)); // after the commit
        },
      });
      run
        .catch((error: unknown) => {
          if (begun === undefined || store.isWaiting(id)) resolve(this.#refused(firing, error));
          else ports.failed(`Run ${begun} of ${pipeline}`, error);
        })
        .finally(() => {
          this.#starting.delete(pipeline);
          hold.release();
          if (begun !== undefined) this.#options.ended();
        });
    });
  }

  #tell({ id, pipeline, kind, says }: Firing, run: PipelineRunId, resolve: (outcome: TriggerOutcome) => void): void {
    const { ports, store, now } = this.#options;
    if (store.isWaiting(id)) return; // the commit has failed, and the run with it
    const message = `${pipeline} starts: ${says}.`;
    ports.happened({ at: now(), pipeline, kind, what: 'started', message, run });
    resolve({ outcome: 'started', message, run });
  }

  #refused({ id, pipeline, kind, says }: Firing, error: unknown): TriggerOutcome {
    const { ports, store, now } = this.#options;
    const { code, message: why } = toWireError(error);
    if (passing.test(code)) return { outcome: 'queued', message: `${capital(says)}; ${pipeline} waits: ${why}` };
    const message = `${capital(says)}, but ${pipeline} cannot be started: ${why}`;
    store.together(() => {
      store.drop(id);
      if (kind !== 'manual') store.skip({ pipeline, kind }, { at: now(), reason: 'refused', message, times: 1 });
    });
    ports.happened({ at: now(), pipeline, kind, what: 'skipped', reason: 'refused', message });
    return { outcome: 'skipped', message };
  }
}
