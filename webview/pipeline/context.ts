import type { PageMethod, PageParams, PageResult } from '../shared/protocol';
import type { Page } from '../shared/page';

/** What the parts of the page share. */
export interface PipelineContext extends Page {
  readonly pipeline: string;
  readonly trusted: () => boolean;
  /** Calls; what it fails with is said on the page. */
  readonly act: <M extends PageMethod>(
    method: M,
    params: PageParams<M>,
    then?: (result: PageResult<M>) => void,
  ) => Promise<void>;
}
