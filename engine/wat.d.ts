/** The module that a text of WebAssembly stands for, assembled when it is bundled. */
declare module '*.wat' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
