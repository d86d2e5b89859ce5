import type * as vscode from 'vscode';
import type { ConfigOutline } from '../../engine/protocol/config';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

/**
 * Outlines of open configurations. The last one is remembered across reloads, so that lenses stand at their places
 * from the first paint, before the engine has answered.
 */
export class Outlines {
  private readonly known = new Map<string, { readonly version: number; readonly outline: ConfigOutline }>();

  constructor(
    private readonly engines: Pick<Engines, 'inBackground'>,
    private readonly memory: { readonly version: string; readonly store: vscode.Memento },
  ) {}

  /** Of exactly this text. */
  async current(engine: WorkspaceEngine, document: vscode.TextDocument): Promise<ConfigOutline> {
    const key = document.uri.toString();
    const known = this.known.get(key);
    if (known?.version === document.version) return known.outline;
    const { version } = document;
    const outline = await engine.call('config/outline', { text: document.getText() });
    this.known.set(key, { version, outline });
    this.engines.inBackground('remember outline', this.memory.store.update(this.memoryKey(key), outline));
    return outline;
  }

  /** The last one there was, of an older text perhaps. */
  remembered(document: vscode.TextDocument): ConfigOutline | undefined {
    const key = document.uri.toString();
    return this.known.get(key)?.outline ?? this.memory.store.get<ConfigOutline>(this.memoryKey(key));
  }

  /** What another version remembered may have another shape. */
  private memoryKey(uri: string): string {
    return `outline:${this.memory.version}:${uri}`;
  }
}
