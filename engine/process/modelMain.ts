/** Entry of the process that serves a model: listens, loads what it is told, answers. It ends with its engine. */
import { ModelyardError, toWireError } from '../errors';
import type { Cell } from '../protocol/data';
import type { FromServer } from '../serving/messages';
import { readToServer, type ToServer } from '../serving/messages';
import { createScoringHandler, type Scorer } from '../serving/scoringHandler';
import { loadScoringModel } from '../training/loadScoringModel';
import { describeModel } from '../training/modelFiles';
import { frameOfRecords } from '../training/records';
import { HttpDoor } from './httpDoor';
import { createLog } from './log';
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

async function load(version: number, folder: string): Promise<void> {
  const [model, { signature }] = await Promise.all([loadScoringModel(folder, __dirname), describeModel(folder)]);
  const { classes, task } = model.preparation;
  const width = Math.max(1, classes.length);
  scorer = {
    version,
    answer: async rows => {
      const frame = frameOfRecords(signature.inputs, rows);
      const scores = await model.score(
        frame,
        Int32Array.from({ length: frame.rows }, (_, row) => row),
      );
      return Array.from({ length: frame.rows }, (_, row) => {
        const own = scores.subarray(row * width, (row + 1) * width);
        return task === 'regression' ? { value: own[0] ?? null } : classAnswer(own, classes);
      });
    },
  };
}

/** As the model's Python function answers: the likeliest class, and the probability of each. */
function classAnswer(probabilities: Float64Array, classes: readonly string[]): Record<string, Cell> {
  let best = 0;
  for (const [i, probability] of probabilities.entries()) if (probability > probabilities[best]!) best = i;
  const each = classes.map((name, i): [string, Cell] => [`probability_${name}`, probabilities[i] ?? null]);
  return { label: classes[best] ?? null, ...Object.fromEntries(each) };
}

async function obey(order: ToServer): Promise<FromServer> {
  try {
    if (order.type === 'listen') {
      const { url } = await door.listen({ port: order.port, token: order.token });
      return { type: 'listening', url };
    }
    await load(order.version, order.folder);
    return { type: 'loaded', version: order.version };
  } catch (error) {
    return { type: 'failed', of: order.type, message: toWireError(error).message };
  }
}

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
