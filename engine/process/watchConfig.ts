import { watch } from 'node:fs';
import path from 'node:path';

/** ms in which the several events of one save are one. */
const settle = 100;

/** Tells when a file is written, made or removed. The folder is watched: editors replace files when they save. */
export function watchConfig(file: string, changed: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  try {
    const watcher = watch(path.dirname(file), { persistent: false }, (_, name) => {
      if (name !== null && name !== path.basename(file)) return;
      clearTimeout(timer);
      timer = setTimeout(changed, settle).unref();
    });
    watcher.on('error', () => watcher.close()); // the folder is gone, or the system has no more watches
    return {
      close: () => {
        clearTimeout(timer);
        watcher.close();
      },
    };
  } catch {
    return { close: () => undefined };
  }
}
