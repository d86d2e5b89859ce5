export interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly rows: number;
}

/** Rows that are kept beyond each edge, so that a wheel's turn finds them there. */
const overscan = 8;
/** However tall the window: more rows than this are never in the document. */
const most = 90;

/** The first row to show and the one after the last. */
export function visibleRows({ scrollTop, height, rowHeight, rows }: Viewport): readonly [number, number] {
  const first = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight) - overscan), Math.max(0, rows - 1));
  const shown = Math.min(most, Math.ceil(height / rowHeight) + 2 * overscan);
  return [first, Math.min(rows, first + shown)];
}
