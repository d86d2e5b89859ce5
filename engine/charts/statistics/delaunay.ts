export interface Point {
  readonly x: number;
  readonly y: number;
}
/** Indices of its corners. */
export type Triangle = readonly [number, number, number];

/**
 * Delaunay's triangles of points, by Bowyer and Watson: no point is within the circle through another triangle's corners.
 * For up to some hundred points that differ; their scales should be alike.
 */
export function delaunay(points: readonly Point[]): readonly Triangle[] {
  if (points.length < 3) return [];
  const n = points.length;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = Math.max(right - left, high - low) || 1;
  const [cx, cy] = [(left + right) / 2, (low + high) / 2];
  // so far away that its sides do not cut off corners of the hull
  const far = size * 1e4;
  const all: readonly Point[] = [
    ...points,
    { x: cx - far, y: cy - far },
    { x: cx + far, y: cy - far },
    { x: cx, y: cy + far },
  ];
  let triangles: Triangle[] = [[n, n + 1, n + 2]];
  points.forEach((point, index) => {
    const bad = triangles.filter(triangle =>
      isWithinCircle(
        triangle.map(at => all[at] ?? point),
        point,
      ),
    );
    const edges = bad.flatMap(([a, b, c]): [number, number][] => [[a, b], [b, c], [c, a]]); // prettier-ignore
    const border = edges.filter(([a, b]) => !edges.some(([c, d]) => c === b && d === a));
    triangles = triangles.filter(triangle => !bad.includes(triangle));
    for (const [a, b] of border) triangles.push([a, b, index]);
  });
  return triangles.filter(triangle => triangle.every(at => at < n));
}

function isWithinCircle(corners: readonly Point[], { x, y }: Point): boolean {
  const [a, b, c] = corners;
  if (!a || !b || !c) return false;
  const [ax, ay, bx, by, cx, cy] = [a.x - x, a.y - y, b.x - x, b.y - y, c.x - x, c.y - y];
  const determinant =
    (ax * ax + ay * ay) * (bx * cy - cx * by) -
    (bx * bx + by * by) * (ax * cy - cx * ay) +
    (cx * cx + cy * cy) * (ax * by - bx * ay);
  return determinant > 0; // corners go round against the clock
}
