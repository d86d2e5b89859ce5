/** Where columns stand, in pixels from the left. */
export interface ColumnLayout {
  readonly offsets: readonly number[];
  readonly width: number;
  /** How many stay at the left; they come first. */
  readonly pins: number;
  readonly pinnedWidth: number;
}

export interface ColumnWidth {
  readonly width: number;
  readonly pinned?: boolean;
}

/** Columns that are kept beyond each edge, in pixels. */
const overscan = 240;
/** Before the page has been laid out: as wide as a wide window. */
const unknownWidth = 2000;

/** The first column is pinned, and others with it as far as they follow it. */
export function columnLayout(columns: readonly ColumnWidth[]): ColumnLayout {
  let width = 0;
  const offsets = columns.map(column => (width += column.width) - column.width);
  let pins = Math.min(1, columns.length);
  while (columns[pins]?.pinned === true) pins++;
  return { offsets, width, pins, pinnedWidth: offsets[pins] ?? width };
}

/** Whether so much is pinned that too little would be left to scroll. */
export const isTooNarrow = ({ pinnedWidth }: ColumnLayout, width: number): boolean =>
  width > 0 && (width <= 520 || pinnedWidth > width * 0.7);

/** The columns to have in the document: the pinned ones and those in sight. */
export function visibleColumns(
  { offsets, width: whole, pins }: ColumnLayout,
  { scrollLeft, width }: { readonly scrollLeft: number; readonly width: number },
): readonly number[] {
  const from = Math.max(0, scrollLeft) - overscan;
  const to = Math.max(0, scrollLeft) + (width === 0 ? unknownWidth : width) + overscan;
  return offsets.flatMap((offset, index) => {
    const end = offsets[index + 1] ?? whole;
    return index < pins || (end > from && offset < to) ? [index] : [];
  });
}
