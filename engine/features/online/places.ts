/** More than the rows of a push. */
const spacing = 8192;

/**
 * Of rows with the same times the later one counts. All of a source come before those that were pushed, which come in the order
 * in which they were: places are 0 for a source's.
 */
export const placeInLog = (row: number): number => (row + 1) * spacing;

/** The place of a row that is pushed to the online store only, when the file of pushed rows has so many. */
export const placeBehindLog = (rows: number, index: number): number => rows * spacing + 1 + index;

/** Numbers of rows that were pushed begin here, behind all of a source. */
const behindAll = 2 ** 51;

/** What stands in an event for where its row was: of a source the number of the row. */
export const orderOf = (place: number, row: number): number => (place === 0 ? row : behindAll + place);
