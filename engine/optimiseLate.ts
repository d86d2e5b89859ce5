import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 optimise a function of WebAssembly only when so many bytes of it have been run. Node 20 does so after 1.8 MB, which
 * long functions reach while they start: to optimise them then takes longer than all they ever do in a process that lives
 * for a second (docs/decisions/0012). To be called before the module is compiled. VS Code's desktop program has a V8 of its
 * own that waits longer by itself, and whose flags may be frozen: there it is left alone.
 */
export function optimiseLate(bytes: number): void {
  if (process.versions['electron'] === undefined) setFlagsFromString(`--wasm-tiering-budget=${bytes}`);
}
