import { LISTS, NULLS, NUMERIC, TEXTUAL } from '../search/filterParser';
import type { Dialect, Field } from '../search/filterParser';

/** Of each attribute: its SQL, and whether it is a number. */
const ATTRIBUTES: Readonly<Record<string, { readonly sql: string; readonly isNumber: boolean }>> = {
  request_id: { sql: 't.uuid', isNumber: false },
  timestamp_ms: { sql: 't.requested_at', isNumber: true },
  execution_time_ms: { sql: 't.duration', isNumber: true },
  end_time_ms: { sql: '(t.requested_at + t.duration)', isNumber: true },
  status: { sql: 't.state', isNumber: false },
  client_request_id: { sql: 't.client_request_id', isNumber: false },
  experiment_id: { sql: 't.experiment_id', isNumber: true },
  name: { sql: "(SELECT value FROM trace_tag WHERE trace_id = t.id AND key = 'mlflow.traceName')", isNumber: false },
  run_id: { sql: "(SELECT value FROM trace_metadata WHERE trace_id = t.id AND key = 'mlflow.sourceRun')", isNumber: false }, // prettier-ignore
};
const ALIASES: Readonly<Record<string, string>> = {
  trace_id: 'request_id',
  timestamp: 'timestamp_ms',
  execution_time: 'execution_time_ms',
  end_time: 'end_time_ms',
};

export const traceAttributeSql = (key: string): string => ATTRIBUTES[key]?.sql ?? 'NULL';

const textual = { type: 'text', comparators: [...TEXTUAL, ...NULLS], sortable: true } as const;

/** MLflow's names in a search of traces. Metadata are what params are elsewhere. */
export const traceDialect: Dialect = (entity, key): Field | string => {
  switch (entity) {
    case undefined:
    case 'attribute':
    case 'attributes':
    case 'trace':
      return attribute(key);
    case 'tag':
    case 'tags':
      return { entity: 'tag', key, ...textual };
    case 'metadata':
    case 'request_metadata':
      return { entity: 'param', key, ...textual };
    default:
      return `Invalid entity type '${entity}'. Valid values are attributes, tags and metadata.`;
  }
};

function attribute(name: string): Field | string {
  const key = (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined) ?? name;
  const found = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key] : undefined;
  if (found === undefined)
    return `Invalid attribute key '${name}' specified. Valid keys are ${Object.keys(ATTRIBUTES).join(', ')}.`;
  return found.isNumber
    ? { entity: 'attribute', key, type: 'number', comparators: NUMERIC, sortable: true }
    : { entity: 'attribute', key, type: 'text', comparators: [...TEXTUAL, ...LISTS], sortable: true };
}
