import type { RunSummary } from '../../engine/protocol/tracking';
import type { Page } from '../shared/page';
import type { PageMethod, PageParams, PageResult } from '../shared/protocol';

/** What the parts of the run page share. */
export interface RunContext extends Page {
  readonly trusted: () => boolean;
  /** Calls, and shows the person when it fails. */
  readonly act: <M extends PageMethod>(
    method: M,
    params: PageParams<M>,
    then?: (result: PageResult<M>) => void,
  ) => Promise<void>;
  readonly take: (run: RunSummary) => void;
}
