import type * as vscode from 'vscode';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

/** ms in which the several events of one change are one question. */
const quietMs = 300;

export interface LastAnswersOptions<T> {
  /** What is asked for, for the log. */
  readonly what: string;
  readonly ask: (engine: WorkspaceEngine, signal: AbortSignal) => Promise<T>;
  /** There is a new answer. */
  readonly answered: (engine: WorkspaceEngine, answer: T) => void;
}

/** The last answer of each folder to a question that takes its time; a newer question ends an older one. */
export class LastAnswers<T> implements vscode.Disposable {
  private readonly known = new Map<string, T>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly asked = new Map<string, AbortController>();

  constructor(
    private readonly engines: Pick<Engines, 'inBackground'>,
    private readonly options: LastAnswersOptions<T>,
  ) {}

  of(engine: WorkspaceEngine): T | undefined {
    return this.known.get(keyOf(engine));
  }

  soon(engine: WorkspaceEngine): void {
    const key = keyOf(engine);
    clearTimeout(this.timers.get(key));
    const ask = (): void => this.engines.inBackground(this.options.what, this.load(engine));
    this.timers.set(key, setTimeout(ask, quietMs));
  }

  /** What cannot be asked stays as it was. */
  async load(engine: WorkspaceEngine): Promise<void> {
    const key = keyOf(engine);
    this.asked.get(key)?.abort();
    const asked = new AbortController();
    this.asked.set(key, asked);
    const answer = await this.options.ask(engine, asked.signal).catch(() => undefined);
    if (answer === undefined || this.asked.get(key) !== asked) return;
    this.known.set(key, answer);
    this.options.answered(engine, answer);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const asked of this.asked.values()) asked.abort();
  }
}

export const keyOf = (engine: WorkspaceEngine): string => engine.folder.toString();
