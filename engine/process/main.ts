/** Entry of the engine process: `engine.js --workspace DIR [--config FILE] [--grace MS]`. */
import { parseArgs } from 'node:util';
import { toWireError } from '../errors';
import { createLog } from './log';
import { endOnSignals, startEngine } from './startEngine';

const maxLogBytes = 5 << 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      config: { type: 'string', default: 'modelyard.yaml' },
      grace: { type: 'string', default: '3000' },
    },
  });
  if (values.workspace === undefined) throw new Error('engine.js needs --workspace DIR.');
  const log = createLog(2, maxLogBytes);
  const engine = await startEngine({
    workspace: values.workspace,
    configFile: values.config,
    assetsDir: __dirname,
    grace: Number(values.grace),
    log,
  });
  if (engine === undefined) return; // another engine owns the folder
  endOnSignals(engine, log);
  log.info(`Engine of ${values.workspace}.`);
  await engine.ended;
}

main()
  .then(() => process.exit())
  .catch((error: unknown) => {
    process.stderr.write(`${toWireError(error).message}\n`, () => process.exit(1));
  });
