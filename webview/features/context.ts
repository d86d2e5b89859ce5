import type { Page } from '../shared/page';
import type { FeatureAction, FeatureChange, PageMethod, PageParams } from '../shared/protocol';

/** What the parts of the page share. */
export interface FeaturesContext extends Page {
  readonly trusted: () => boolean;
  /** Calls; what it fails with is said on the page. */
  readonly act: <M extends PageMethod>(method: M, params: PageParams<M>) => Promise<void>;
  /** Does what the menu does. */
  readonly change: (action: FeatureAction, on?: Omit<FeatureChange, 'action'>) => void;
}
