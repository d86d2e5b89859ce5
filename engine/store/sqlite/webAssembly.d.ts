/** The part of WebAssembly the store uses; the engine is compiled without the browser's types, which have it. */
declare namespace WebAssembly {
  interface Module {
    readonly __module?: never;
  }
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  type ImportValue = ((...args: never[]) => unknown) | number | Memory;
  type Imports = Record<string, Record<string, ImportValue>>;
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (module: Module, imports: Imports) => Instance;
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  const Memory: new (descriptor: { initial: number; maximum?: number; shared?: boolean }) => Memory;
}
