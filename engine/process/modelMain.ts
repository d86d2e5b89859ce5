/** Entry of the process that serves a model: listens, loads what it is told, answers. It ends with its engine, or serves one folder by itself. */
import { ModelyardError, toWireError } from '../errors';
import { AskEngine } from '../serving/askEngine';
import type { FromServer } from '../serving/messages';
import { readToServer, type Features, type ToServer } from '../serving/messages';
import { createScoringHandler } from '../serving/scoringHandler';
import { HttpDoor } from './httpDoor';
import { serveFolder } from './folderServer';
import { createLog } from './log';
import { endWithEngine } from './orphanWatch';
import { answersAsThread, ScorerThread } from './scorerThread';

/** ms between reports of how many requests there were. */
const reportEvery = 500;
/** Bytes; less of a change is no news. */
const memoryStep = 16 * 1024 * 1024;

let scorer: ScorerThread | undefined;
const counts = { requests: 0, errors: 0 };
let told = '';

const say = (message: FromServer): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const engine = new AskEngine(say);
const handler = createScoringHandler({
  lookup: engine.lookup,
  scorer: () => {
    if (scorer) return scorer;
    throw new ModelyardError('not-found', 'No model is loaded yet.');
  },
  answered: ok => {
    counts.requests++;
    if (!ok) counts.errors++;
  },
});
const door = new HttpDoor(handler, createLog(2));

async function obey(order: Exclude<ToServer, Features>): Promise<FromServer> {
  try {
    if (order.type === 'listen') {
      const { url } = await door.listen({ port: order.port, token: order.token });
      return { type: 'listening', url };
    }
    const before = scorer;
    scorer = await ScorerThread.load(__filename, order, reason => {
      process.stderr.write(`The model has ended: ${reason}\n`);
      process.exit(1); // the engine starts it again
    });
    const memory = process.memoryUsage.rss();
    before?.retire();
    return { type: 'loaded', version: order.version, memory };
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
    if (order?.type === 'features') engine.hear(order);
    else if (order) void obey(order).then(say);
  });
  setInterval(() => {
    const now = { ...counts, memory: Math.round(process.memoryUsage.rss() / memoryStep) * memoryStep };
    if (JSON.stringify(now) === told) return;
    told = JSON.stringify(now);
    say({ type: 'counted', ...now });
  }, reportEvery).unref();
}

const [, , mode, options] = process.argv;
const isThread = answersAsThread();
if (!isThread && mode === 'folder') void serveFolder(options ?? '{}');
else if (!isThread) serveEngine();
