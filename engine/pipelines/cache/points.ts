import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { Digest } from '../../protocol/ids';
import type { Objects } from '../outputs/outputs';

export interface Point {
  readonly key: string;
  readonly value: number;
  readonly step: number;
}

/** A step with more points is not kept for another run: its curves would cost more than to run it again. */
export const mostPoints = 200_000;

const number = v.union([
  v.number(),
  v.pipe(
    v.picklist(['NaN', 'Infinity', '-Infinity']),
    v.transform(word => Number(word)),
  ),
]);
const pointsSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.array(v.tuple([v.number(), number]))));

/** Keeps a step's curves as one file: `{key: [[step, value], …]}`. Undefined when there are none. */
export async function storePoints(
  objects: Objects,
  points: readonly Point[],
  folder: string,
): Promise<Digest | undefined> {
  if (points.length === 0) return undefined;
  const curves = new Map<string, (readonly [number, number | string])[]>();
  for (const { key, value, step } of points) {
    const curve = curves.get(key) ?? [];
    curves.set(key, curve);
    curve.push([step, Number.isFinite(value) ? value : String(value)]);
  }
  const file = path.join(folder, '.points.json');
  await writeFile(file, JSON.stringify(Object.fromEntries(curves)));
  return (await objects.putFile(file)).digest;
}

/** @throws ModelyardError `internal` when it is not such a file */
export async function readPoints(objects: Objects, stored: Digest): Promise<readonly Point[]> {
  const curves = curvesIn(await readFile(objects.path(stored), 'utf8'));
  return Object.entries(curves).flatMap(([key, curve]) => curve.map(([step, value]) => ({ key, value, step })));
}

/** The value at the highest step of each curve. @throws ModelyardError `internal` when it is not such a file */
export function lastValues(objects: Objects, stored: Digest): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [key, curve] of Object.entries(curvesIn(readFileSync(objects.path(stored), 'utf8')))) {
    let last: readonly [number, number] | undefined;
    for (const point of curve) if (last === undefined || point[0] >= last[0]) last = point;
    if (last) found[key] = last[1];
  }
  return found;
}

function curvesIn(text: string): v.InferOutput<typeof pointsSchema> {
  const parsed = v.safeParse(pointsSchema, text);
  if (parsed.success) return parsed.output;
  throw new ModelyardError('internal', `The kept curves are none: ${parsed.issues[0].message}`);
}
