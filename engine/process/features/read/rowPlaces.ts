import { openReader } from '../../../data/read/openReader';
import type { Place } from '../../../protocol/errors';
import type { DatasetSource } from '../../../protocol/jobs';
import { rowPlace } from './cellProblem';

/** Where rows of files stand that are read one after the other. @throws ModelyardError `data.*` */
export async function rowPlaces(
  sources: readonly DatasetSource[],
  rows: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Place>> {
  const places = new Map<number, Place>();
  const wanted = [...new Set(rows)].sort((a, b) => a - b);
  let before = 0;
  let next = 0;
  for (const source of sources) {
    if (next === wanted.length) break;
    const { reader } = await openReader(source, { signal, digest: false });
    let rowsHere = 0;
    try {
      for await (const batch of reader.batches()) {
        const first = before + batch.firstRow;
        for (; next < wanted.length && wanted[next]! < first + batch.rows; next++)
          places.set(wanted[next]!, rowPlace({ source, batch }, wanted[next]! - first));
        rowsHere = batch.firstRow + batch.rows;
        if (next === wanted.length) break;
      }
    } finally {
      await reader.close();
    }
    before += rowsHere;
  }
  return places;
}
