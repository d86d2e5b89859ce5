import * as v from 'valibot';
import type { FeatureUse } from '../protocol/featureUse';
import { readJson } from './files';

export const featureUse: v.GenericSchema<unknown, FeatureUse> = v.object({
  service: v.string(),
  definition: v.string(),
  features: v.array(v.object({ column: v.string(), reference: v.string() })),
  keys: v.array(v.string()),
  request: v.array(v.string()),
});

/** Undefined when no step before has joined features. @throws ModelyardError `data.unreadable` */
export const readFeatureUse = async (file: string | undefined): Promise<FeatureUse | undefined> =>
  file === undefined ? undefined : readJson(file, featureUse);
