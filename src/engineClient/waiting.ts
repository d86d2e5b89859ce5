import * as vscode from 'vscode';

/** ms after which it is worth saying. */
const quietMs = 2000;

/** Says in the status bar what is waited for, once it takes long; several that wait are said once. */
export class Waiting {
  private waiters = 0;
  private timer: NodeJS.Timeout | undefined;
  private end: (() => void) | undefined;

  constructor(private readonly title: string) {}

  async during<T>(work: Promise<T>): Promise<T> {
    if (this.waiters++ === 0) this.timer = setTimeout(() => this.show(), quietMs);
    try {
      return await work;
    } finally {
      if (--this.waiters === 0) {
        clearTimeout(this.timer);
        this.end?.();
        this.end = undefined;
      }
    }
  }

  private show(): void {
    const shown = new Promise<void>(resolve => (this.end = resolve));
    vscode.window
      .withProgress({ location: vscode.ProgressLocation.Window, title: this.title }, () => shown)
      .then(undefined, () => undefined);
  }
}
