import type { ErrorCode } from '../protocol/errors';

/**
 * 0: done; 1: a gate, step or check failed, a replay differs; 2: what was asked for, or modelyard.yaml, is wrong; 3: a run
 * cannot be made again, or not be compared in all; a rule could not be judged; a scan has found what is to be reviewed.
 */
export const exitCodes = { ok: 0, failed: 1, usage: 2, refused: 3, cancelled: 130 } as const;

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'cancelled') return exitCodes.cancelled;
  return code === 'params.invalid' || code === 'not-found' || code.startsWith('config.')
    ? exitCodes.usage
    : exitCodes.failed;
}
