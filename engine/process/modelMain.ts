/** Entry of the process that serves a model: listens, loads what it is told, answers. It ends with its engine, or serves one folder by itself. */
import { ModelyardError, toWireError } from '../errors';
import type { FromServer } from '../serving/messages';
import { readToServer, type ToServer } from '../serving/messages';
import { createScoringHandler, type Scorer } from '../serving/scoringHandler';
import { HttpDoor } from './httpDoor';
import { serveFolder } from './folderServer';
import { createLog } from './log';
import { loadScorer } from './modelScorer';
import { endWithEngine } from './orphanWatch';

/** ms between reports of how many requests there were. */
const reportEvery = 500;

let scorer: Scorer | undefined;
const counts = { requests: 0, errors: 0 };
let isCounted = true;

const say = (message: FromServer): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const handler = createScoringHandler({
  scorer: () => {
    if (scorer) return scorer;
    throw new ModelyardError('not-found', 'No model is loaded yet.');
  },
  answered: ok => {
    counts.requests++;
    if (!ok) counts.errors++;
    isCounted = false;
  },
});
const door = new HttpDoor(handler, createLog(2));

async function obey(order: ToServer): Promise<FromServer> {
  try {
    if (order.type === 'listen') {
      const { url } = await door.listen({ port: order.port, token: order.token });
      return { type: 'listening', url };
    }
    scorer = await loadScorer(order.version, order.folder);
    return { type: 'loaded', version: order.version };
  } catch (error) {
    return { type: 'failed', of: order.type, message: toWireError(error).message };
  }
}

/** As a child of the engine. */
function serveEngine(): void {
  endWithEngine();
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined); // a terminal's Ctrl+C is for the engine
  process.on('message', (message: unknown) => {
    const order = readToServer(message);
    if (order) void obey(order).then(say);
  });
  setInterval(() => {
    if (isCounted) return;
    isCounted = true;
    say({ type: 'counted', ...counts });
  }, reportEvery).unref();
}

const [, , mode, options] = process.argv;
if (mode === 'folder') void serveFolder(options ?? '{}');
else serveEngine();
