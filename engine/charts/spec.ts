/** What a chart shows, without a word of how it is drawn: the picture, the table and the files are all made from it. */
export interface ChartSpec {
  readonly title: string;
  /** What a person would say of it in a sentence or two; read out instead of the picture. */
  readonly summary: string;
  /** What the picture alone would not tell; shown below it. */
  readonly note?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
  /** Bars only: the categories, from top to bottom. */
  readonly categories?: readonly string[];
  /** Bars only: the series of a category stand behind each other on one bar. */
  readonly stacked?: boolean;
  /** Default 240 px. */
  readonly height?: number;
}

export interface Axis {
  readonly label: string;
  readonly min?: number;
  readonly max?: number;
  readonly log?: boolean;
  /** Of an axis that can be zoomed: from where to where it goes when it is not. */
  readonly whole?: readonly [number, number];
  /** Values that must be within. */
  readonly covers?: readonly number[];
  readonly format?: (value: number) => string;
}

export interface Series {
  readonly label: string;
  readonly points: readonly ChartPoint[];
  /** Colour, dash pattern and point shape; `reference`: a thin grey line; `ghost`: the faint one behind `slot`. */
  readonly slot: number | 'reference';
  readonly ghost?: boolean;
  /** `low` and `high` of the points are drawn as an area around the line. */
  readonly band?: boolean;
  /** Bars: the colour of each. */
  readonly slots?: readonly number[];
  readonly filled?: boolean;
  readonly stepped?: boolean;
  /** Draws every point, not only the line. */
  readonly dots?: boolean;
  /** Dots alone. */
  readonly noLine?: boolean;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of an error bar or of a band, in units of y. */
  readonly low?: number;
  readonly high?: number;
}

/** A vertical line with a name, e.g. the threshold. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}
