import type { CauseKind, SkipReason } from '../protocol/triggers';
import { loopProblem } from './chain';
import { heldBack } from './limits';
import type { TriggerSpec } from './specs';
import type { TriggerStore } from './store';

/** Something that may start a pipeline. */
export interface Cause {
  readonly pipeline: string;
  readonly kind: CauseKind;
  /** The same one starts nothing twice; of data and files the cursor sees to that. */
  readonly key: string;
  /** A sentence's end: `dataset applications has changed`. */
  readonly says: string;
  /** The pipelines that have led to it, the first one first. */
  readonly chain?: readonly string[];
  /** What was seen: `data:NAME@DIGEST`, `file:PATH`, `run:NUMBER`, `version:MODEL@NUMBER`. For the lineage. */
  readonly watched?: readonly string[];
}

/** How a trigger takes a cause that its own look has found. */
export interface Finding {
  /** What the cause was found up to: written in the same commit as what comes of it. */
  readonly cursor: string;
  /** What is written instead when it is held back; absent: nothing, it is found again. */
  readonly held?: string;
  /** It can still be found later: during a cool-down the cursor stays. */
  readonly lasts: boolean;
  /** One of several that are all wanted (`missed: all`). */
  readonly oneOfMany: boolean;
}

export interface Verdict {
  readonly reason?: SkipReason;
  /** Why nothing is started. */
  readonly message?: string;
  /** Whether the cause is dealt with. */
  readonly isDone: boolean;
}

export interface Surroundings {
  readonly store: TriggerStore;
  readonly now: number;
  /** The pipeline runs, or is about to. */
  readonly isRunning: boolean;
  /** Absent: somebody has brought the cause. */
  readonly finding: Finding | undefined;
}

const go: Verdict = { isDone: true };

/** Whether a cause starts its pipeline. */
export function decide(cause: Cause, spec: TriggerSpec, around: Surroundings): Verdict {
  const { store, now, isRunning, finding } = around;
  const { pipeline } = cause;
  const skip = (reason: SkipReason, message: string, isDone = true): Verdict => ({ reason, message, isDone });
  if (finding?.lasts !== true && store.hasFired(cause, cause.key))
    return skip('duplicate', `${capital(cause.says)}: that has started ${pipeline} before.`);
  const loop = loopProblem(cause.chain ?? [], pipeline);
  if (loop !== undefined) return skip('loop', loop);
  const held = heldBack(store, spec, now);
  if (held) return skip(held.reason, held.message, finding?.lasts !== true);
  if (isRunning && spec.on.overlap === 'skip')
    return skip('running', `${capital(cause.says)}, but ${pipeline} was running (\`overlap: skip\`).`);
  const waits = store.waiting().some(one => one.pipeline === pipeline);
  if (waits && finding?.oneOfMany !== true)
    return skip('queued', `${capital(cause.says)}, and ${pipeline} is about to start already.`);
  return go;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
