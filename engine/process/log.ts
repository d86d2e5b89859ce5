import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { toWireError } from '../errors';

export interface Log {
  readonly info: (line: string) => void;
  /** With the stack of what was not expected. */
  readonly error: (what: string, error: unknown) => void;
}

/**
 * Lines with their time to a file descriptor. `maxBytes`: of a regular file, which is emptied when it is longer, so
 * that an engine that lives for months does not fill the disk.
 */
export function createLog(descriptor: number, maxBytes?: number): Log {
  const write = (line: string): void => {
    try {
      if (maxBytes !== undefined) bound(descriptor, maxBytes);
      writeSync(descriptor, `${new Date().toISOString()} [${process.pid}] ${line}\n`);
    } catch {
      // a full disk or a closed terminal must not end the engine
    }
  };
  return { info: write, error: (what, error) => write(`${what}: ${describe(error)}`) };
}

function bound(descriptor: number, maxBytes: number): void {
  const stat = fstatSync(descriptor);
  if (stat.isFile() && stat.size > maxBytes) ftruncateSync(descriptor, 0);
}

function describe(error: unknown): string {
  const wire = toWireError(error);
  return wire.code === 'internal' && error instanceof Error
    ? (error.stack ?? error.message)
    : `${wire.code} ${wire.message}`;
}
