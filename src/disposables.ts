/** What has to be let go of; VS Code's Disposable is one. */
export interface Disposable {
  dispose(): unknown;
}

/** Owns disposables; what is added after the end is disposed at once, so that nothing can leak. */
export class Disposables implements Disposable {
  private items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.items === undefined) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    const { items = [] } = this;
    this.items = undefined;
    for (const item of items.reverse()) item.dispose();
  }
}
