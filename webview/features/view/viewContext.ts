import type { FeaturesContext } from '../context';
import type { ViewData } from './viewStore';

export interface ViewContext extends FeaturesContext {
  /** Of the view. */
  readonly name: string;
}

export interface ViewTab {
  readonly element: HTMLElement;
  /** What there is has changed; only the tab in front has to show it. */
  update(data: ViewData): void;
}
