import type { Page } from '../shared/page';
import type { ModelAction, PageMethod, PageParams, PageResult } from '../shared/protocol';
import type { ModelData } from './modelStore';

/** What the parts of the page share. */
export interface ModelContext extends Page {
  readonly name: string;
  readonly trusted: () => boolean;
  /** Calls; what it fails with is said on the page. */
  readonly act: <M extends PageMethod>(
    method: M,
    params: PageParams<M>,
    then?: (result: PageResult<M>) => void,
  ) => Promise<void>;
  /** Does what the menu of the model or of a version does. */
  readonly change: (action: ModelAction, on?: { readonly version?: number; readonly stage?: string }) => void;
  /** What a version would change in a stage, or beside another version. */
  readonly showDiff: (version: number, beside: Beside) => void;
  readonly showComparison: (versions: readonly number[]) => void;
}

export type Beside = { readonly stage: string } | { readonly other: number };

export interface ModelTab {
  readonly element: HTMLElement;
  /** What there is has changed; only the tab in front has to show it. */
  update(data: ModelData): void;
}
