import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import schemas from '../kubernetes/schemas.json';

/**
 * The kinds that are generated, as the API of Kubernetes 1.36 states them, without what it fills in itself. Unlike the API
 * by default, nothing that it does not know may be there.
 */
const kinds: Readonly<Record<string, string>> = schemas.kinds;

let ajv: Ajv | undefined;
const compiled = new Map<string, ValidateFunction>();

/** A number with a unit: `500m`, `1.5Gi`, `1e3`. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantity = /^[+-]?(\d+|\d+\.\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

export interface SchemaProblem {
  /** Where: keys and indexes. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Undefined: the kind is not known here. */
export function schemaProblems(document: object, name: string): readonly SchemaProblem[] | undefined {
  const definition = kinds[name];
  if (definition === undefined) return undefined;
  const validate = compiled.get(name) ?? compile(definition);
  compiled.set(name, validate);
  return validate(document) ? [] : (validate.errors ?? []).map(problemOf);
}

export const knownKinds = (): readonly string[] => Object.keys(kinds);

function compile(definition: string): ValidateFunction {
  if (!ajv) {
    ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true });
    ajv.addFormat('quantity', quantity);
    for (const format of ['int32', 'int64', 'double', 'byte', 'date-time']) ajv.addFormat(format, true);
    ajv.addSchema({ $id: 'kubernetes', definitions: schemas.definitions });
  }
  return ajv.compile({ $ref: `kubernetes#/definitions/${definition}` });
}

function problemOf({ instancePath, keyword, message = 'is wrong', params }: ErrorObject): SchemaProblem {
  const path = instancePath
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const extra: unknown = params['additionalProperty'];
  const missing: unknown = params['missingProperty'];
  if (keyword === 'additionalProperties' && typeof extra === 'string')
    return { path: [...path, extra], message: `has a key that Kubernetes does not know` };
  if (keyword === 'required' && typeof missing === 'string') return { path, message: `lacks \`${missing}\`` };
  if (keyword === 'format') return { path, message: 'is no quantity such as 500m or 512Mi' };
  return { path, message };
}
