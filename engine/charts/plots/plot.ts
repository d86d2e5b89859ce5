import type { ChartLook } from '../svg/look';
import type { SvgNode } from '../svg/node';

/** A picture of runs that is drawn as vectors, with the numbers behind it. */
export interface Plot {
  readonly title: string;
  /** Said instead of the picture. */
  readonly summary: string;
  /** On how much it rests, and what it leaves out. */
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  draw(width: number, look: ChartLook): Drawn;
}

export interface Drawn {
  readonly node: SvgNode;
  readonly height: number;
  /** What can be pointed at. */
  readonly hits: readonly Hit[];
}

export interface Hit {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Id of the run, or the name of what else is opened from here. */
  readonly run?: string;
}
