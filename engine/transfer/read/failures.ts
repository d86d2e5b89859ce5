import { ModelyardError, toWireError } from '../../errors';
import type { TransferProblem } from '../../protocol/transfer';

interface Where {
  readonly line?: number;
  readonly fix?: string;
}

/** What cannot be read: where, why, and the way out. The reason begins with a small letter and has no full stop. */
export function unreadable(file: string, why: string, { line, fix }: Where = {}): ModelyardError {
  const place = line === undefined ? file : `${file}:${line}`;
  return new ModelyardError('data.unreadable', `${place}: ${why}.`, {
    place: { file, ...(line !== undefined && { line }) },
    ...(fix !== undefined && { fix }),
  });
}

/**
 * A run that was given up, as a problem to report. What ends the whole import goes on as an error: a cancellation, a full
 * disk, a defect of ours.
 */
export function problemOf(error: unknown, run?: string): TransferProblem {
  const wire = toWireError(error);
  if (!wire.code.startsWith('data.') && wire.code !== 'params.invalid') throw error;
  return {
    message: wire.message,
    ...(wire.place && { place: wire.place }),
    ...(wire.fix !== undefined && { fix: wire.fix }),
    ...(run !== undefined && { run }),
  };
}
