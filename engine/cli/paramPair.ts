import { ModelyardError } from '../errors';
import type { ParamValue } from '../protocol/tuning';

/** `C=0.1`, `hidden=64,32`, `hidden=8,`, `bounded=true`. @throws ModelyardError `params.invalid` */
export function paramPair(pair: string): readonly [string, ParamValue] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at), valueOf(pair.slice(at + 1))];
  throw new ModelyardError('params.invalid', `${pair} is no parameter: it must look like NAME=VALUE.`, {
    fix: 'Such as: modelyard studies enqueue s-3 learner=forest min_rows=3',
    data: { key: 'params' },
  });
}

function valueOf(text: string): ParamValue {
  if (text === 'true' || text === 'false') return text === 'true';
  // a list of one has a comma behind it
  const numbers = text
    .replace(/,$/, '')
    .split(',')
    .map(part => (part.trim() === '' ? Number.NaN : Number(part)));
  const [only] = numbers;
  if (only === undefined || numbers.some(Number.isNaN)) return text;
  return text.includes(',') ? numbers : only;
}
