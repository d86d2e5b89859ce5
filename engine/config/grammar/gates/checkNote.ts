import * as v from 'valibot';
import type { CheckName } from '../../../protocol/gateRules';

export const checkNote = 'What is checked. Without it the rule is about a `metric`.';

/** The key that says which check a rule is. */
export const check = <K extends CheckName>(name: K) => v.pipe(v.literal(name), v.description(checkNote));
