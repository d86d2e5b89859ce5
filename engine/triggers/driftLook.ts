import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import * as v from 'valibot';
import { comparisonBounds } from '../protocol/datasets';
import type { ColumnComparison } from '../protocol/datasets';
import type { DriftTrigger } from '../protocol/triggers';
import { chainAt } from './chain';
import type { Found, LookPlace } from './found';
import type { DriftFinding, DriftReference, DriftRequest, TriggerPorts } from './ports';
import { recentRuns } from './ports';
import type { TriggerSpec } from './specs';
import type { StateRow, TriggerStore } from './store';
import { counted } from '../plural';

const cursorSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    /** Of the file when it was compared last. */
    stamp: v.optional(v.string()),
    /** What was compared with what then. */
    reference: v.optional(v.string()),
    digest: v.optional(v.string()),
    at: v.optional(v.number()),
  }),
);

export interface DriftLookOptions {
  readonly ports: Pick<TriggerPorts, 'drift' | 'files' | 'pipelines'>;
  readonly store: TriggerStore;
  readonly workspace: string;
}

interface Comparison {
  readonly key: string;
  readonly since: number;
  readonly done: Promise<DriftFinding>;
}

/** ms that a look waits for a comparison; the next one takes what has come of it. */
const patience = 200;
/** ms after which a comparison that failed is tried again. */
const retryAfter = 300_000;

/** Looks whether a dataset has drifted, whenever its content, or what it is compared with, is another one. */
export class DriftLook {
  /** By pipeline: the stamp at the last look. A file that is being written is not read. */
  readonly #seen = new Map<string, string>();
  readonly #references = new Map<string, { readonly key: string; readonly found: Promise<DriftReference> }>();
  readonly #comparisons = new Map<string, Comparison>();

  constructor(private readonly options: DriftLookOptions) {}

  /** Data that has drifted already when the trigger is new counts. */
  begin(): string {
    return JSON.stringify({});
  }

  /** @throws what comparing throws */
  async look(
    spec: TriggerSpec,
    state: StateRow,
    { config, now, signal }: LookPlace & { readonly signal: AbortSignal },
  ): Promise<Found> {
    const trigger = spec.on.drift;
    const file = trigger && config.datasets[trigger.dataset]?.path;
    if (!trigger || file === undefined) return { causes: [] };
    const found = await this.options.ports.files.stamp(path.resolve(this.options.workspace, file));
    if (!found) return quiet(`The file of dataset ${trigger.dataset} is missing.`, 'unreadable');
    const { stamp, modifiedAt } = found;
    const isAtRest = this.#seen.get(spec.pipeline) === stamp;
    this.#seen.set(spec.pipeline, stamp);
    const before = v.parse(cursorSchema, state.cursor);
    const reference = await this.#reference(spec, trigger);
    if (!isAtRest || (before.stamp === stamp && before.reference === reference.digest)) return { causes: [] };
    if (before.at !== undefined && before.at <= now && now < before.at + (trigger.every ?? 0)) return { causes: [] };
    const finding = await this.#compared(spec, { trigger, reference, stamp, now }, signal);
    if (!finding) return { causes: [] };
    const cursor = JSON.stringify({ stamp, reference: reference.digest, digest: finding.digest, at: now });
    const isKnown = before.digest === finding.digest && before.reference === reference.digest;
    const drifted = driftedColumns(finding.columns, trigger);
    if (isKnown || drifted.length < trigger.at_least)
      return { causes: [], cursor, ...(!isKnown && quiet(calmText(trigger, reference, finding.columns), 'quiet')) };
    const { store, ports } = this.options;
    const cause = {
      pipeline: spec.pipeline,
      kind: spec.kind,
      key: `${reference.digest.slice(0, 16)} → ${finding.digest.slice(0, 16)}`,
      says: driftText(trigger, reference, drifted),
      chain: chainAt(store, ports.pipelines.recent(recentRuns), [modifiedAt]),
      watched: [
        `data:${trigger.dataset}@${finding.digest}`,
        `data:${trigger.trained_on ?? trigger.dataset}@${reference.digest}`,
        `version:${trigger.model}@${reference.version}`,
      ],
      finding: { cursor, lasts: true, oneOfMany: false },
    };
    return { causes: [cause] };
  }

  /** Not asked for again before a model has changed. */
  #reference({ pipeline, definition }: TriggerSpec, trigger: DriftTrigger): Promise<DriftReference> {
    const { drift } = this.options.ports;
    const key = `${drift.changes()} ${definition}`;
    const known = this.#references.get(pipeline);
    if (known?.key === key) return known.found;
    const found = drift.reference(trigger.model, trigger.trained_on ?? trigger.dataset);
    this.#references.set(pipeline, { key, found });
    return found;
  }

  /** Undefined while it is under way: large data takes its time, and other triggers do not wait for it. */
  async #compared(
    spec: TriggerSpec,
    what: { trigger: DriftTrigger; reference: DriftReference; stamp: string; now: number },
    signal: AbortSignal,
  ): Promise<DriftFinding | undefined> {
    const { trigger, reference, stamp, now } = what;
    const trainedOn = trigger.trained_on ?? trigger.dataset;
    const request: DriftRequest = { dataset: trigger.dataset, trainedOn, digest: reference.digest };
    const key = JSON.stringify([request, stamp]);
    let comparison = this.#comparisons.get(spec.pipeline);
    if (comparison?.key !== key || Math.abs(now - comparison.since) > retryAfter) {
      const done = this.options.ports.drift.compare(request, signal);
      done.catch(() => undefined); // whoever asks for it hears of it
      comparison = { key, since: now, done };
      this.#comparisons.set(spec.pipeline, comparison);
    }
    return Promise.race([comparison.done, delay(patience, undefined, { ref: false })]);
  }
}

type Quiet = Required<Pick<Found, 'skip'>> & Pick<Found, 'causes'>;
const quiet = (message: string, reason: 'quiet' | 'unreadable'): Quiet => ({
  causes: [],
  skip: { reason, message, times: 0 },
});

/** Columns that are not as they were, as the trigger judges; the largest change first. */
export function driftedColumns(
  columns: readonly ColumnComparison[],
  { columns: wanted, psi }: Pick<DriftTrigger, 'columns' | 'psi'>,
): readonly ColumnComparison[] {
  return columns
    .filter(({ name, formerly }) => !wanted || wanted.includes(name) || wanted.includes(formerly ?? name))
    .filter(column => {
      const { kind, retyped, verdict, change } = column;
      if (kind === 'removed' || retyped) return true;
      if (kind === 'added') return false;
      if (psi === undefined) return verdict === 'different';
      const isMoved = change !== undefined && change.psi >= psi && change.q <= comparisonBounds.significance;
      return isMoved || lostValues(column);
    });
}

const lostValues = ({ missing }: ColumnComparison): boolean =>
  missing !== undefined &&
  missing.q <= comparisonBounds.significance &&
  Math.abs(missing.after - missing.before) >= comparisonBounds.missing;

const against = (trigger: DriftTrigger, { version }: DriftReference): string =>
  `what version ${version} of ${trigger.model} was trained on`;
const rounded = (value: number): number => Number(value.toPrecision(2));
const shown = 3;

function driftText(trigger: DriftTrigger, reference: DriftReference, drifted: readonly ColumnComparison[]): string {
  const names = drifted.slice(0, shown).map(({ name, kind, retyped, change }) => {
    if (kind === 'removed') return `${name} is gone`;
    if (retyped) return `${name} is ${retyped.to} now`;
    return change ? `${name} (PSI ${rounded(change.psi)})` : name;
  });
  const more = drifted.length > shown ? ` and ${drifted.length - shown} more` : '';
  return `dataset ${trigger.dataset} has drifted from ${against(trigger, reference)}: ${names.join(', ')}${more}`;
}

function calmText(trigger: DriftTrigger, reference: DriftReference, columns: readonly ColumnComparison[]): string {
  const drifted = driftedColumns(columns, trigger).length;
  const few = drifted === 0 ? '' : ` in ${counted(trigger.at_least, 'column')}, only in ${drifted}`;
  return `Dataset ${trigger.dataset} has changed, and has not drifted from ${against(trigger, reference)}${few}.`;
}
