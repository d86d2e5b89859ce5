import * as v from 'valibot';
import { dataFormats } from '../protocol/data';

/** How the file of a dataset is found and read, as every child process is told. */
export const datasetSourceEntries = {
  name: v.string(),
  path: v.string(),
  root: v.exactOptional(v.string()),
  file: v.exactOptional(v.string()),
  format: v.picklist(dataFormats),
  delimiter: v.exactOptional(v.string()),
  table: v.exactOptional(v.string()),
  query: v.exactOptional(v.string()),
  missing: v.array(v.string()),
};
