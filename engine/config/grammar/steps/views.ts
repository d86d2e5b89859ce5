import * as v from 'valibot';
import { oneOrMany, reference } from '../terms';

/** Feature views that a step works on. */
export const views = (note: string) =>
  v.exactOptional(v.pipe(oneOrMany(reference('view'), 'the name of a feature view'), v.description(note)));
