import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * What a thing holds in memory, in MB: objects, buffers and WebAssembly memory after a collection, above what was there
 * before it was made. V8 gives buffers back on another thread, for which only the next collection waits.
 */
export async function heldMemory<T>(make: () => Promise<T>): Promise<{ readonly made: T; readonly memory: number }> {
  const collect = collector();
  const used = (): number => {
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  const made = await make();
  return { made, memory: Math.max(0, used() - before) / 1e6 };
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return () => {
    if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  };
}
