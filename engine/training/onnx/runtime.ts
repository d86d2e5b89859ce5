import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import type * as OrtModule from 'onnxruntime-web/wasm';

export type Ort = typeof OrtModule;

let started: { readonly assetsDir: string; readonly ort: Promise<Ort> } | undefined;

/**
 * Loads ONNX Runtime's WASM build, once a process and only when a model is run; one thread, nothing from the network.
 * @param assetsDir holds `ort-wasm-simd-threaded.wasm`.
 * @throws ModelyardError `internal` when the file is not there.
 */
export function startOrt(assetsDir: string): Promise<Ort> {
  if (started?.assetsDir !== assetsDir) {
    const ort = start(assetsDir);
    started = { assetsDir, ort };
    ort.catch(() => (started = undefined));
  }
  return started.ort;
}

async function start(assetsDir: string): Promise<Ort> {
  const file = path.join(assetsDir, 'ort-wasm-simd-threaded.wasm');
  const binary = await readFile(file).catch((cause: unknown) => {
    throw new ModelyardError('internal', `ONNX Runtime cannot start: ${file} cannot be read.`, {
      cause,
      fix: 'Install Modelyard again: the file belongs next to its code.',
    });
  });
  const ort = await import('onnxruntime-web/wasm');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmBinary = binary;
  ort.env.logLevel = 'error';
  return ort;
}
