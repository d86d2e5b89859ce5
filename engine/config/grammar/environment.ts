import * as v from 'valibot';
import { fromEnvironment } from './fromEnvironment';
import { label } from './terms';

/** Environment variables by name: a value, or the name of the variable that has it. */
export const environment = v.record(
  v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/, 'bad-name|cannot be the name of an environment variable')),
  v.union([label(), fromEnvironment], 'must be a single value, or `{env: NAME}`'),
  'must be a mapping of names to values',
);
