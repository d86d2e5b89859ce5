import type { PageMethod, PageParams } from '../shared/protocol';
import type { Page } from '../shared/page';

/** What the parts of the page share. */
export interface LineageContext extends Page {
  readonly node: string;
  /** Calls; what it fails with is said on the page. */
  readonly act: <M extends PageMethod>(method: M, params: PageParams<M>) => Promise<void>;
}
