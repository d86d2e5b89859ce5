import type { Child } from '../dom';

/** How a cell looks besides its content. */
export interface CellLook {
  readonly class?: string;
  readonly style?: Readonly<Record<string, string>>;
}

export interface GridColumn<R> {
  readonly id: string;
  readonly title: string;
  /** Pixels. */
  readonly width: number;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** Stays at the left while the others scroll. The first column always does. */
  readonly pinned?: boolean;
  /** Can be dragged to another place. */
  readonly movable?: boolean;
  /** In the header, before the title. */
  readonly lead?: () => Child;
  readonly cell: (row: R) => Child;
  readonly look?: (row: R) => CellLook | undefined;
}

export interface GridSort {
  readonly column: string;
  readonly descending: boolean;
}

export interface GridOptions<R> {
  readonly label: string;
  readonly keyOf: (row: R) => string;
  readonly isSelected: (row: R) => boolean;
  readonly onSort: (column: string) => void;
  readonly onResize: (column: string, width: number) => void;
  readonly onOpen: (row: R) => void;
  readonly onToggle: (row: R) => void;
  /** The end of the rows has come near. */
  readonly onNearEnd: () => void;
  /** By this column too, behind those that there are. */
  readonly onSortMore?: (column: string) => void;
  /** To stand before another one; undefined: at the end. */
  readonly onMove?: (column: string, before: string | undefined) => void;
  readonly onHeaderMenu?: (column: string, anchor: Element) => void;
  readonly onRowMenu?: (row: R, at: MenuPlace) => void;
  /** Ticks all rows from the last ticked one to this. */
  readonly onToggleTo?: (row: R) => void;
  /** A key that the grid has no use for, on a cell. True: it is done. */
  readonly onKey?: (event: KeyboardEvent, row: R, column: string) => boolean;
  /** Rows that are in the document now, the first and the one after the last. */
  readonly onView?: (first: number, end: number) => void;
  /** Further attributes of a row. */
  readonly rowAttributes?: (row: R) => Readonly<Record<string, string | number | undefined>>;
  /** What is copied of a cell; else its text. */
  readonly copyText?: (row: R, column: string) => string;
}

export interface MenuPlace {
  readonly column: string;
  readonly anchor: Element;
  /** Where the pointer was; undefined for the keyboard. */
  readonly x?: number;
  readonly y?: number;
}

export interface GridContent<R> {
  readonly columns: readonly GridColumn<R>[];
  readonly rows: readonly R[];
  readonly sorts?: readonly GridSort[];
  /** How many rows there are in all, as far as that is known. */
  readonly total?: number;
  /** While this is the same, a row that is the same object looks as before, and is not drawn again. */
  readonly stamp?: number;
  /** Rows have levels that open and close. */
  readonly isTree?: boolean;
}
