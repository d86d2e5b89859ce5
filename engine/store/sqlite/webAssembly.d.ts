/** The part of WebAssembly the store uses; the engine is compiled without the browser's types, which have it. */
declare namespace WebAssembly {
  interface Module {
    readonly __module?: never;
  }
  const Module: new (bytes: Uint8Array) => Module;
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (module: Module, imports: Record<string, Record<string, unknown>>) => Instance;
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  const Memory: new (descriptor: { initial: number }) => Memory;
}
