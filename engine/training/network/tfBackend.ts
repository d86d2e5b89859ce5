import { access } from 'node:fs/promises';
import path from 'node:path';
import type * as TfModule from '@tensorflow/tfjs-core';
import { ModelyardError } from '../../errors';

/** The part of @tensorflow/tfjs that is used: its core. The layers package would add half as much to the bundle. */
export type Tf = typeof TfModule;

let started: { readonly assetsDir: string; readonly tf: Promise<Tf> } | undefined;

/**
 * Loads TensorFlow.js and its WASM backend: once a process, and only when a network is trained. It runs in one thread,
 * so that sums are added in the same order every time.
 * @param assetsDir holds `tfjs-backend-wasm.wasm` and `tfjs-backend-wasm-simd.wasm`.
 * @throws ModelyardError `internal` when the WASM files are not there.
 */
export function startTf(assetsDir: string): Promise<Tf> {
  if (started?.assetsDir !== assetsDir) {
    const tf = start(assetsDir);
    started = { assetsDir, tf };
    tf.catch(() => (started = undefined));
  }
  return started.tf;
}

async function start(assetsDir: string): Promise<Tf> {
  for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
    await access(path.join(assetsDir, name)).catch((cause: unknown) => {
      throw new ModelyardError('internal', `The neural network cannot start: ${name} is not in ${assetsDir}.`, {
        cause,
        fix: 'Install Modelyard again: the file belongs next to its code.',
      });
    });
  }
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(assetsDir.endsWith(path.sep) ? assetsDir : assetsDir + path.sep);
  await withoutNewListeners(async () => {
    if (!(await tf.setBackend('wasm'))) throw new ModelyardError('internal', 'TensorFlow.js cannot start its backend.');
    await tf.ready();
  });
  return tf;
}

/** Emscripten lets any unhandled rejection end the process; that is not a library's to decide. */
async function withoutNewListeners(load: () => Promise<void>): Promise<void> {
  const exceptions = process.listeners('uncaughtException');
  const rejections = process.listeners('unhandledRejection');
  await load();
  for (const listener of process.listeners('uncaughtException'))
    if (!exceptions.includes(listener)) process.off('uncaughtException', listener);
  for (const listener of process.listeners('unhandledRejection'))
    if (!rejections.includes(listener)) process.off('unhandledRejection', listener);
}
