import type { ErrorCode, Place, WireError } from './protocol/errors';

export interface ErrorDetails {
  readonly place?: Place;
  /** Where modelyard.yaml asks for it, when `place` is in another file. */
  readonly config?: Place;
  readonly fix?: string;
  readonly data?: WireError['data'];
  readonly cause?: unknown;
}

/** An expected failure: it has a code from a closed list, says where, and says the way out. */
export class ModelyardError extends Error {
  override readonly name = 'ModelyardError';
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  readonly config: Place | undefined;
  readonly fix: string | undefined;
  readonly data: WireError['data'];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.place = details.place;
    this.config = details.config;
    this.fix = details.fix;
    this.data = details.data;
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      ...(this.place && { place: this.place }),
      ...(this.config && { config: this.config }),
      ...(this.fix !== undefined && { fix: this.fix }),
      ...(this.data && { data: this.data }),
    };
  }

  static fromWire(wire: WireError): ModelyardError {
    return new ModelyardError(wire.code, wire.message, {
      ...(wire.place && { place: wire.place }),
      ...(wire.config && { config: wire.config }),
      ...(wire.fix !== undefined && { fix: wire.fix }),
      ...(wire.data && { data: wire.data }),
    });
  }
}

/** Any thrown value as an error for the wire; what is not expected becomes `internal`, an abort `cancelled`. */
export function toWireError(error: unknown): WireError {
  if (error instanceof ModelyardError) return error.toWire();
  if (isAbort(error)) return { code: 'cancelled', message: 'Cancelled.' };
  if (isDiskFull(error)) return diskFull(error);
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** An aborted AbortSignal throws a DOMException whose numeric `code` means nothing here: test the name first. */
export const isAbort = (error: unknown): boolean =>
  (error instanceof Error && error.name === 'AbortError') ||
  (error instanceof ModelyardError && error.code === 'cancelled');

/** @throws ModelyardError `cancelled` when the signal has been aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
}

/** No room on the disk, or in a quota, or for so large a file: of a call of Node's. */
const isDiskFull = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code));

function diskFull({ path }: NodeJS.ErrnoException): WireError {
  return {
    code: 'store.full',
    message: `There is no room on the disk${path === undefined ? '' : ` to write ${path}`}.`,
    fix: 'Free some room on that disk and try again.',
  };
}
