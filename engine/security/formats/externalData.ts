import fs from 'node:fs';
import path from 'node:path';
import { shown } from '../pickle/streamWatcher';
import type { Draft } from '../scan/scan';

/**
 * What is wrong with numbers of an ONNX tensor that are in another file: it must be beside the model, there, and no link.
 * @param fields `location`, `offset` and `length` as the model writes them
 * @param folder of the model on the disk; undefined: it is not there by its name
 */
export function judgeExternal(
  tensor: string,
  fields: ReadonlyMap<string, string>,
  folder: string | undefined,
): Draft | undefined {
  const location = fields.get('location') ?? '';
  const where = `The numbers of the tensor ${tensor} are in ${shown(location)}`;
  const bad = (why: string): Draft => ({
    ...{ kind: 'external-data', verdict: 'block', severity: 'high' },
    sentence: `${where}, ${why}.`,
  });
  const open = (why: string): Draft => ({ ...bad(why), verdict: 'review', severity: 'low' });
  const offset = Number(fields.get('offset') ?? 0);
  const length = Number(fields.get('length') ?? 0);
  if (location === '' || /^(?:[\\/~]|[A-Za-z]:|\w+:\/\/)/.test(location) || location.includes('\0'))
    return bad('which is no place beside the model');
  const parts = location.split(/[\\/]/);
  if (parts.includes('..')) return bad('which leads out of the folder of the model');
  if (!isSize(offset) || !isSize(length)) return bad('at a place that is no number');
  if (folder === undefined) return open('which is not here to be looked at');
  let current = folder;
  for (const part of parts) {
    current = path.join(current, part);
    const stat = fs.lstatSync(current, { throwIfNoEntry: false });
    if (stat === undefined) return open('which is not there');
    if (stat.isSymbolicLink()) return bad('which is a link');
    if (stat.isFile() && offset + length > stat.size) return bad('beyond the end of that file');
  }
  return undefined;
}

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
