import type { Placed, Point } from './layout';

/** Where the graph stands in its window: a point p of the graph is shown at p · scale + (x, y). */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const scales = { least: 0.05, most: 2 };
/** Smaller, the 12 pixels of a step's text are fewer than 10: a graph that does not fit begins at its left end instead. */
const leastOfFit = 0.85;
const edge = 24;

const bounded = (scale: number): number => Math.min(scales.most, Math.max(scales.least, scale));

/** Enlarges around a point of the window, which stays where it is. */
export function zoomAt({ scale, x, y }: Viewport, factor: number, at: Point): Viewport {
  const next = bounded(scale * factor);
  const real = next / scale;
  return { scale: next, x: at.x - (at.x - x) * real, y: at.y - (at.y - y) * real };
}

/** All of the graph, in the middle, no larger than it is. */
export function fit(content: Size, window: Size): Viewport {
  const scale = bounded(Math.min(1, window.width / content.width, window.height / content.height));
  return {
    scale,
    x: (window.width - content.width * scale) / 2,
    y: (window.height - content.height * scale) / 2,
  };
}

/** As `fit`, but so large that names can be read; then from the left end, in the middle of its height. */
export function open(content: Size, window: Size): Viewport {
  const whole = fit(content, window);
  if (whole.scale >= leastOfFit) return whole;
  const scale = leastOfFit;
  const rest = { x: window.width - content.width * scale, y: window.height - content.height * scale };
  return { scale, x: rest.x < 0 ? 0 : rest.x / 2, y: rest.y / 2 };
}

/** So large that names can be read, with a node in the middle; as it is when they can be. */
export function readable(viewport: Viewport, { x, y }: Placed, window: Size): Viewport {
  if (viewport.scale >= leastOfFit) return viewport;
  const scale = leastOfFit + (1 - leastOfFit) / 2;
  return { scale, x: window.width / 2 - x * scale, y: window.height / 2 - y * scale };
}

/** Moved as little as possible so that a node is in sight. */
export function reveal(viewport: Viewport, { x, y, width, height }: Placed, window: Size): Viewport {
  const { scale } = viewport;
  const along = (at: number, half: number, size: { readonly shift: number; readonly window: number }): number => {
    const from = (at - half) * scale + size.shift;
    const to = (at + half) * scale + size.shift;
    const room = Math.min(edge, Math.max(0, (size.window - (to - from)) / 2));
    if (from < room) return size.shift + room - from;
    return to > size.window - room ? size.shift + size.window - room - to : size.shift;
  };
  return {
    scale,
    x: along(x, width / 2, { shift: viewport.x, window: window.width }),
    y: along(y, height / 2, { shift: viewport.y, window: window.height }),
  };
}

/** How high a window is that shows the graph as `open` does, within bounds; pixels. */
export function heightFor(
  content: Size,
  width: number,
  bounds: { readonly least: number; readonly most: number },
): number {
  const scale = Math.max(leastOfFit, Math.min(1, width / content.width));
  return Math.round(Math.min(bounds.most, Math.max(bounds.least, content.height * scale + 2 * edge)));
}
