import type { FeaturesContext } from '../context';
import type { ViewData } from './viewStore';

export interface ViewContext extends FeaturesContext {
  /** Of the view. */
  readonly name: string;
  /** Computes all rows of the view, and shows what their values are. */
  readonly compute: () => void;
  /** Brings what is known of a feature's values into sight. */
  readonly reveal: (feature: string) => void;
}

export interface ViewTab {
  readonly element: HTMLElement;
  /** What there is has changed; only the tab in front has to show it. */
  update(data: ViewData): void;
}
