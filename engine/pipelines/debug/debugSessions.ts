import { ModelyardError, throwIfAborted } from '../../errors';
import type { DebugEnd } from '../../protocol/debug';
import type { PipelineRunId } from '../../protocol/ids';

/** What a debugger says while a step runs in it. */
export interface DebugListener {
  readonly onOutput: (text: string) => void;
}

interface Open extends DebugListener {
  readonly end: (how: DebugEnd) => void;
}

/** The steps that run in a client's debugger now: what it says of them finds its way by run and step. */
export class DebugSessions {
  private readonly open = new Map<string, Open>();

  /** Waits until the client says how it ended. @throws ModelyardError `cancelled` */
  async during(
    { id, step }: { readonly id: PipelineRunId; readonly step: string },
    listener: DebugListener,
    signal: AbortSignal,
  ): Promise<DebugEnd> {
    const key = keyOf(id, step);
    throwIfAborted(signal);
    let abort: () => void = () => undefined;
    try {
      return await new Promise<DebugEnd>((resolve, reject) => {
        this.open.set(key, { ...listener, end: resolve });
        abort = () => reject(new ModelyardError('cancelled', `Step ${step} was cancelled.`));
        signal.addEventListener('abort', abort, { once: true });
      });
    } finally {
      signal.removeEventListener('abort', abort);
      this.open.delete(key);
    }
  }

  /** What the command has printed. @throws ModelyardError `conflict` when it is not debugged (any more) */
  output(id: PipelineRunId, step: string, text: string): void {
    this.find(id, step).onOutput(text);
  }

  /** It has ended, or was never started. @throws ModelyardError `conflict` */
  end(id: PipelineRunId, step: string, how: DebugEnd): void {
    this.find(id, step).end(how);
  }

  private find(id: PipelineRunId, step: string): Open {
    const found = this.open.get(keyOf(id, step));
    if (found) return found;
    throw new ModelyardError('conflict', `Step ${step} is not being debugged.`);
  }
}

const keyOf = (id: PipelineRunId, step: string): string => `${id}/${step}`;
