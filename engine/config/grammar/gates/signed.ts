import * as v from 'valibot';
import { check } from './checkNote';
import { common } from './common';

export const signed = v.strictObject({ check: check('signed'), ...common });
