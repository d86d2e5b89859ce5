/** The memory of the WASM module: views are made anew when it has grown. */
export class WasmMemory {
  private memory: WebAssembly.Memory | undefined;
  private current = Buffer.alloc(0);
  private currentView = new DataView(new ArrayBuffer(0));

  attach(memory: WebAssembly.Memory): void {
    this.memory = memory;
  }

  get bytes(): Buffer {
    this.refresh();
    return this.current;
  }

  get view(): DataView {
    this.refresh();
    return this.currentView;
  }

  /** The text up to the next NUL. */
  text(pointer: number): string {
    const { bytes } = this;
    return bytes.toString('utf8', pointer, bytes.indexOf(0, pointer));
  }

  private refresh(): void {
    if (this.memory === undefined) throw new Error('SQLite has not been loaded yet.');
    const { buffer } = this.memory;
    if (this.current.buffer === buffer) return;
    this.current = Buffer.from(buffer);
    this.currentView = new DataView(buffer);
  }
}
