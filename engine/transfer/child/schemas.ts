import * as v from 'valibot';
import { digest } from '../../ids';
import type { Texts } from '../content/run';

/** Not `v.record`, which leaves out keys such as `constructor`: a parameter may be called so. */
export const texts = v.custom<Texts>(value => areAll(value, one => typeof one === 'string'));
export const numbers = v.custom<Readonly<Record<string, number>>>(value =>
  areAll(value, one => typeof one === 'number'),
);
export const time = v.pipe(v.number(), v.safeInteger());
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const digestSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.transform(digest));

const areAll = (value: unknown, isOne: (one: unknown) => boolean): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every(isOne);
