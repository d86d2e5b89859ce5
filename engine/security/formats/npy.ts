import { SliceSource } from '../bytes/source';
import { scanPickles } from '../pickle/scanPickles';
import type { Draft, Scan, Target } from '../scan/scan';

const magic = Buffer.from('\x93NUMPY', 'latin1');
const mostHeaderBytes = 16 * 1024 * 1024;

/** Scans an array of NumPy: its header is a dictionary in Python's words; an array of objects is a pickle. */
export function scanNpy(scan: Scan, target: Target): boolean {
  const { source } = target;
  const head = source.read(0, 12);
  if (!head.subarray(0, 6).equals(magic)) return false;
  const broken = (why: string): true => {
    scan.report(target, draft('malformed', 'block', `The array cannot be read: ${why}.`));
    scanPickles(scan, target, 'guess');
    return true;
  };
  if (head.length < 12) return broken('its header is cut off');
  const isShort = head[6] === 1;
  const length = isShort ? head.readUInt16LE(8) : head.readUInt32LE(8);
  const start = (isShort ? 10 : 12) + length;
  if ((head[6] ?? 0) > 3 || length > mostHeaderBytes || start > source.size) return broken('its header is cut off');
  const text = source.read(isShort ? 10 : 12, length).toString('utf8');
  const found =
    /^\{'descr': ('[^'\\]*'|\[[^\\{}]*\]), 'fortran_order': (?:True|False), 'shape': \(((?:\d+, ?)*\d*)\), ?\}\s*$/.exec(
      text,
    );
  if (found === null) return broken('its header is not one that NumPy writes');
  const [, type = '', shape = ''] = found;
  const content = new SliceSource(source, start, source.size - start);
  if (/'[|<>=]?O\d*'/.test(type)) {
    scanPickles(scan, { ...target, source: content, inner: [...target.inner, 'objects'] }, 'pickle');
    return true;
  }
  const bytes = itemBytes(type);
  const count = shape
    .split(',')
    .filter(size => size.trim() !== '')
    .reduce((product, size) => product * Number(size), 1);
  if (bytes === undefined) {
    scan.report(
      target,
      draft('unknown-format', 'review', `The array is of a type that this scan does not know: ${type.slice(0, 100)}.`),
    );
    // One of objects may be written in other words.
    scanPickles(scan, { ...target, source: content, inner: [...target.inner, 'objects'] }, 'guess');
  } else if (count * bytes > content.size)
    return broken(`it says that it has ${count * bytes} bytes and has ${content.size}`);
  else if (count * bytes < content.size) {
    scan.report(
      target,
      draft('trailing-data', 'review', `${content.size - count * bytes} bytes follow after the end of the array.`),
    );
    scanPickles(scan, { ...target, source: new SliceSource(content, count * bytes, content.size) }, 'guess');
  }
  return true;
}

const draft = (kind: Draft['kind'], verdict: Draft['verdict'], sentence: string): Draft => ({
  ...{ kind, verdict, sentence },
  severity: verdict === 'block' ? 'high' : 'low',
});

/** Of `'<f8'` or `[('a', '<i4'), ('b', '<f8', (2,))]`; undefined for nested or other types. */
function itemBytes(type: string): number | undefined {
  if (type.startsWith("'")) return codeBytes(type.slice(1, -1));
  let total = 0;
  const fields = /\(\s*(?:'[^']*'|\('[^']*', '[^']*'\)),\s*'([^']*)'(?:,\s*\(([\d, ]*)\))?\s*\)/g;
  const rest = type.slice(1, -1).replaceAll(fields, (_: string, code: string, shape: string | undefined) => {
    const size = codeBytes(code);
    const count = (shape ?? '')
      .split(',')
      .filter(part => part.trim() !== '')
      .reduce((product, part) => product * Number(part), 1);
    total += (size ?? Number.NaN) * count;
    return '';
  });
  return /^[\s,]*$/.test(rest) && !Number.isNaN(total) ? total : undefined;
}

function codeBytes(code: string): number | undefined {
  const found = /^[|<>=]?([biufcmMSUVa?])(\d*)(?:\[\w+\])?$/.exec(code);
  if (found === null) return undefined;
  const digits = found[2] === '' ? 1 : Number(found[2]);
  return found[1] === 'U' ? 4 * digits : digits;
}
