import { ModelyardError } from '../errors';
import type { HttpResponse } from '../http';
import { ascii, writeJson } from './json';
import type { Json } from './json';

const STATUS = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;
export type MlflowCode = keyof typeof STATUS;

/** A failure in MLflow's words. */
export class MlflowError extends Error {
  constructor(
    readonly code: MlflowCode,
    message: string,
    readonly status: number = STATUS[code],
  ) {
    super(message);
  }
}

export const DOCS = 'See the API docs for more information about request parameters.';

export const invalid = (message: string, code: MlflowCode = 'INVALID_PARAMETER_VALUE'): MlflowError =>
  new MlflowError(code, message);

/** A path that leads out of where it belongs. MLflow says no more about it, and its own tests ask for these words alone. */
export const invalidPath = (): MlflowError => invalid('Invalid path');

export const missing = (name: string): MlflowError =>
  invalid(`Missing value for required parameter '${name}'. ${DOCS}`);

/** @param written the number as the client wrote it, when it was one */
export function wrongType(name: string, value: unknown, written?: string): MlflowError {
  const type = written === undefined ? pythonType(value) : /[.eENI]/.test(written) ? 'float' : 'int';
  return wrongValue(name, value, { why: ` Hint: Value was of type '${type}'. ${DOCS}`, written });
}

export const wrongValue = (
  name: string,
  value: unknown,
  { why, written = shown(value) }: { why: string; written?: string | undefined },
): MlflowError => invalid(`Invalid value ${written} for parameter '${name}' supplied: ${why}`);

/** As Python writes it: in ASCII. What is nested too deeply to be written is not shown. */
function shown(value: unknown): string {
  try {
    return ascii(JSON.stringify(value).slice(0, 500));
  } catch {
    return '…';
  }
}

function pythonType(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'boolean':
      return 'bool';
    default:
      return value === null ? 'NoneType' : Array.isArray(value) ? 'list' : 'dict';
  }
}

/** An expected failure as MLflow's; anything else is returned as it is. */
export function asMlflowError(error: unknown): unknown {
  if (!(error instanceof ModelyardError)) return error;
  switch (error.code) {
    case 'not-found':
      return new MlflowError('RESOURCE_DOES_NOT_EXIST', error.message);
    case 'conflict':
      return new MlflowError(
        error.data?.['reason'] === 'exists' ? 'RESOURCE_ALREADY_EXISTS' : 'INVALID_PARAMETER_VALUE',
        error.message,
      );
    case 'params.invalid':
      return error.data?.['reason'] === 'path' ? invalidPath() : invalid(error.message);
    case 'config.invalid':
      return new MlflowError('INVALID_PARAMETER_VALUE', error.message);
    case 'store.full':
    case 'store.readonly':
      return new MlflowError('TEMPORARILY_UNAVAILABLE', error.message);
    case 'internal':
      return error;
    default:
      return new MlflowError('INTERNAL_ERROR', error.message);
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' };

export const answer = (body: Json, status = 200): HttpResponse => ({
  status,
  headers: JSON_HEADERS,
  body: writeJson(body),
});

/** JSON text that was written already. */
export const answerBytes = (body: Uint8Array): HttpResponse => ({ status: 200, headers: JSON_HEADERS, body });

export const failed = (error: MlflowError): HttpResponse =>
  answer({ error_code: error.code, message: error.message }, error.status);
