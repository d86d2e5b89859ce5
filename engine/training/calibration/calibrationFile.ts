import * as v from 'valibot';
import { numbers } from '../files';
import type { Calibration } from './calibration';

const knots = v.pipe(
  v.object({ kind: v.literal('knots'), x: numbers, y: numbers }),
  v.check(({ x, y }) => x.length > 0 && x.length === y.length, 'a calibration has not one y for each x'),
  v.check(({ x }) => x.every((value, i) => i === 0 || value > x[i - 1]!), 'the x of a calibration do not rise'),
);

export const calibrationSchema: v.GenericSchema<unknown, Calibration> = v.object({
  method: v.picklist(['isotonic', 'platt']),
  maps: v.pipe(
    v.array(v.union([knots, v.object({ kind: v.literal('sigmoid'), a: v.number(), b: v.number() })])),
    v.minLength(1),
  ),
});

/** Plain lists, of which reading makes the same bits. */
export const calibrationJson = ({ method, maps }: Calibration): object => ({
  method,
  maps: maps.map(map => (map.kind === 'knots' ? { ...map, x: Array.from(map.x), y: Array.from(map.y) } : map)),
});
