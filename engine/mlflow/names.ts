import { posix } from 'node:path';
import { invalid, wrongValue } from './failures';

export const MAX_KEY = 250;
const ALLOWED = /^[\p{L}\p{N}_/.\-: ]*$/u;

/** How a request names a key, and what MLflow calls it when it is too long. */
export interface KeyPlace {
  readonly path: string;
  readonly label: string;
}

export const metricPlace = (index?: number): KeyPlace => ({ path: at('metrics', 'name', index), label: 'Metric name' });
export const paramPlace = (index?: number): KeyPlace => ({ path: at('params', 'key', index), label: 'Param key' });
export function tagPlace(index?: number): KeyPlace {
  const path = at('tags', 'key', index);
  return { path, label: path };
}

const at = (list: string, name: string, index: number | undefined): string =>
  index === undefined ? name : `${list}[${index}].${name}`;

/** Refuses the name of a metric, param or tag in MLflow's words. */
export function checkKey(key: string, { path, label }: KeyPlace): void {
  if (!ALLOWED.test(key))
    throw wrongValue(path, key, {
      why:
        'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) ' +
        'and slashes (/).',
    });
  const plain = posix.normalize(key).replace(/(?<=.)\/$/, '');
  if (plain !== key || plain === '.' || plain.startsWith('..') || plain.startsWith('/'))
    throw wrongValue(path, key, {
      why:
        'Names may be treated as files in certain cases, and must not resolve to other names when treated as such. ' +
        `This name would resolve to '${plain}'`,
    });
  checkLength(label, key, MAX_KEY);
}

/** Counts characters as people do. */
export function checkLength(label: string, value: string, limit: number): void {
  if (value.length > limit && Array.from(value).length > limit)
    throw invalid(`'${label}' exceeds the maximum length of ${limit} characters`);
}
