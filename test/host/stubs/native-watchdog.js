'use strict';
/** Stands in for the native `@vscode/native-watchdog`, which needs a compiler: leave when the parent has gone. */
let timer;

exports.start = parent => {
  timer ??= setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      process.exit(87);
    }
  }, 1000).unref();
};

exports.exit = code => process.exit(code ?? 0);
