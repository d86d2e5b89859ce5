import type { RunData } from './runStore';

/** A part of the page that is shown or not. */
export interface RunTab {
  readonly element: HTMLElement;
  /** Called with the newest data whenever it is shown and something has changed. */
  update(data: RunData): void;
}
