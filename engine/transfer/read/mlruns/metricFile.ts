import fs from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { PointColumns } from '../../content/points';
import { PointBuffer } from '../../content/points';
import type { Confines } from '../confines';
import { unreadable } from '../failures';
import { int64, pythonFloat } from '../numbers';

/** Lines kept to find repeated ones; MLflow's clients log a point twice now and then. */
const REMEMBERED = 100_000;
const BLOCK = 1 << 18;

/** The points of one metric: a line each, `time value step`; the oldest files have no step. */
export function* readMetricFile(file: string, key: string, confines: Confines): Generator<PointColumns> {
  const buffer = new PointBuffer(key);
  const seen = new Set<string>();
  let number = 0;
  for (const line of lines(file, confines)) {
    number++;
    if (line === '' || seen.has(line)) continue;
    if (seen.size < REMEMBERED) seen.add(line);
    const [time = '', value = '', step = '0'] = line.split(' ');
    const point = { time: int64(time), value: pythonFloat(value), step: int64(step) };
    if (point.time === undefined || point.value === undefined || point.step === undefined)
      throw unreadable(file, `${JSON.stringify(line.slice(0, 80))} is not a time, a value and a step`, {
        line: number,
        fix: 'Correct or remove that line, and import again.',
      });
    buffer.add(point.step, point.time, point.value);
    if (buffer.isFull) yield buffer.take();
  }
  yield buffer.take();
}

function* lines(file: string, confines: Confines): Generator<string> {
  const fd = confines.open(file);
  try {
    const block = Buffer.alloc(BLOCK);
    const decoder = new StringDecoder('latin1'); // digits, nothing else
    let rest = '';
    for (;;) {
      const read = fs.readSync(fd, block, 0, BLOCK, null);
      if (read === 0) break;
      const parts = (rest + decoder.write(block.subarray(0, read))).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > BLOCK) throw unreadable(file, 'it has a line without end');
      for (const part of parts) yield part.trimEnd();
    }
    if (rest !== '') yield rest.trimEnd();
  } finally {
    fs.closeSync(fd);
  }
}
