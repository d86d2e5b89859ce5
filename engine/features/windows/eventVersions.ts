/** A row with what the windows make of it. */
export interface WindowEvent {
  readonly key: number;
  readonly event: number;
  readonly created: number;
  readonly row: number;
  /** By window; undefined: the window leaves the row out. */
  readonly values: readonly (number | string | null | undefined)[];
}

/** All versions of the events of some keys. */
export class EventVersions {
  /** By key, then identity. */
  readonly #keys = new Map<number, Map<number, WindowEvent[]>>();

  add(identity: number, version: WindowEvent): void {
    const events = this.#keys.get(version.key) ?? new Map<number, WindowEvent[]>();
    this.#keys.set(version.key, events);
    const versions = events.get(identity);
    if (versions) versions.push(version);
    else events.set(identity, [version]);
  }

  /** By event its versions in the order in which they became known; of equals the one that stands later is the later. */
  *histories(): Generator<readonly WindowEvent[]> {
    for (const events of this.#keys.values())
      for (const versions of events.values())
        yield versions.sort((a, b) => (a.created === b.created ? a.row - b.row : a.created - b.created));
  }
}
