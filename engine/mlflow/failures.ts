import { ModelyardError } from '../errors';
import type { HttpResponse } from './http';
import { writeJson } from './json';
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

const DOCS = 'See the API docs for more information about request parameters.';

export const missing = (name: string): MlflowError =>
  new MlflowError('INVALID_PARAMETER_VALUE', `Missing value for required parameter '${name}'. ${DOCS}`);

export const wrongType = (name: string, value: unknown): MlflowError =>
  new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${shown(value)} for parameter '${name}' supplied:  Hint: Value was of type '${pythonType(value)}'. ${DOCS}`,
  );

export const wrongValue = (name: string, value: unknown, why: string): MlflowError =>
  new MlflowError('INVALID_PARAMETER_VALUE', `Invalid value ${shown(value)} for parameter '${name}' supplied: ${why}`);

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 500);

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

export const failed = (error: MlflowError): HttpResponse =>
  answer({ error_code: error.code, message: error.message }, error.status);
