import kernelBytes from './kernel.wat';

/** The loops of kernel.wat, over one memory; places and lengths are in bytes unless their names say otherwise. */
export interface Loops {
  histogram(bins: number, features: number, rows: number, count: number, pairs: number, sums: number): number;
  histogramOf(
    bins: number,
    features: number,
    rows: number,
    count: number,
    pairs: number,
    sums: number,
    list: number,
    some: number,
  ): number;
  subtract(from: number, by: number, cells: number): void;
  add(to: number, from: number, cells: number): void;
  partition(bins: number, features: number, rows: number, count: number, table: number, spare: number): number;
  totals(rows: number, count: number, gradients: number, hessians: number, into: number): void;
  round(rows: number, count: number, gradients: number, hessians: number, pairs: number, units: number): void;
  bin(values: number, stride: number, count: number, edges: number, missing: number, bins: number, step: number): void;
  clear(at: number, bytes: number): void;
}

const pageBytes = 65_536;
/** What WebAssembly can address, and so much of it that a number of 32 bits tells every place. */
export const mostBytes = 2 ** 32 - pageBytes;

let compiled: WebAssembly.Module | undefined;

/** Memory that threads can be handed. */
export function sharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil(bytes / pageBytes));
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

export function loopsOver(memory: WebAssembly.Memory): Loops {
  compiled ??= new WebAssembly.Module(kernelBytes);
  const { exports } = new WebAssembly.Instance(compiled, { trees: { memory } });
  if (!hasLoops(exports)) throw new Error('kernel.wat lacks a loop.');
  return exports;
}

const names = ['histogram', 'histogramOf', 'subtract', 'add', 'partition', 'totals', 'round', 'bin', 'clear'];
const hasLoops = (exports: object): exports is Loops => names.every(name => name in exports);

/** Hands out places one after the other, each where a vector may begin. */
export class Layout {
  bytes = 0;

  place(length: number): number {
    const at = this.bytes;
    this.bytes += Math.ceil(length / 16) * 16;
    return at;
  }
}
