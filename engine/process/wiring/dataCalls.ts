import { ModelyardError } from '../../errors';
import type { DataCalls } from '../services';

const missing = (): never => {
  throw new ModelyardError('internal', 'This room is not built yet.');
};
export const dataCalls = (): DataCalls => ({ list: missing, get: missing, validate: missing });
