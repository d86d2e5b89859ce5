import type * as vscode from 'vscode';
import type { Subject, TextDifference } from '../../webview/shared/protocol';
import type { InBackground } from '../engineClient/background';
import type { EngineCalls } from '../engineClient/workspaceEngine';
import type { RunColours } from '../views/runColours';
import type { PanelService } from './panelService';

/** What an answer to a page's call may need. */
export interface HandlerContext {
  readonly engine: EngineCalls;
  readonly folder: vscode.Uri;
  readonly subject: Subject;
  readonly colours: Pick<RunColours, 'set'>;
  readonly owner: PageOwner;
  readonly inBackground: InBackground;
}

/** What a page may ask of the panels. */
export interface PageOwner extends Pick<
  PanelService,
  | 'openRun'
  | 'openExperiments'
  | 'openStudy'
  | 'openDataset'
  | 'openPipeline'
  | 'openLineage'
  | 'openModel'
  | 'openFeatureView'
> {
  openDiff(difference: TextDifference): Promise<void>;
}

export type Handler = (context: HandlerContext, params: unknown, signal: AbortSignal) => Promise<unknown>;
