/** Entry of the `modelyard` command. */
import { runCli } from './runCli';
import { nodeIo } from './io';

void runCli(process.argv.slice(2), nodeIo()).then(code => {
  process.exitCode = code;
});
