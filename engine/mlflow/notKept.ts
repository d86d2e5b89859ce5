import { MlflowError } from './failures';
import type { Call, Calls } from './routes';

/** Calls on traces whose path looks like that of a trace. */
const TRACES = [
  'GET traces',
  'POST traces/calculate-filter-correlation',
  'POST traces/link-prompts',
  'POST traces/link-to-run',
  'POST traces/metrics',
  'PATCH traces/{trace_id}',
];

const refused = (message: string): MlflowError => new MlflowError('NOT_IMPLEMENTED', message);

const presigned =
  (what: string): Call =>
  fields => {
    fields.text('path');
    throw refused(`Presigned ${what} is not supported for files that this server keeps.`);
  };

const onTraces =
  (call: string): Call =>
  () => {
    throw refused(`Modelyard does not answer ${call}: of traces it keeps infos, tags and spans.`);
  };

/** Calls that are known, so that their refusal says why. */
export const notKept: Calls = {
  ...Object.fromEntries(TRACES.map(call => [call, onTraces(call)])),
  'POST artifacts/presigned-upload-url': presigned('upload'),
  'POST artifacts/presigned-download-url': presigned('download'),
};
