import type { Child } from '../dom';

export interface GridColumn<R> {
  readonly id: string;
  readonly title: string;
  /** Pixels. */
  readonly width: number;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  readonly cell: (row: R) => Child;
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
}

export interface GridContent<R> {
  readonly columns: readonly GridColumn<R>[];
  readonly rows: readonly R[];
  readonly sort?: GridSort;
  /** How many rows there are in all, as far as that is known. */
  readonly total?: number;
}
