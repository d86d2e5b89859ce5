import type { VsCodeApi } from './channel';
import { Channel } from './channel';
import { isRecord, parseJson } from './json';
import { useStrings } from './l10n';
import type { Init } from './protocol';
import { PageState } from './state';

declare function acquireVsCodeApi(): VsCodeApi;

/** What every part of a page is handed. */
export interface Page {
  readonly channel: Channel;
  readonly state: PageState;
  readonly init: Init;
}

/** Reads what the host wrote into the document, and opens the channel. */
export function openPage(): Page {
  const init: unknown = parseJson(document.body.dataset['init'] ?? '');
  if (!isInit(init)) throw new Error('The page was opened without its subject.');
  const api = acquireVsCodeApi();
  const state = new PageState(api);
  state.set('subject', init.subject); // with which the host restores the panel after a reload
  useStrings(init.strings, init.language);
  return { channel: new Channel(api), state, init };
}

const isInit = (value: unknown): value is Init =>
  isRecord(value) && isRecord(value['subject']) && isRecord(value['strings']) && Array.isArray(value['metrics']);
