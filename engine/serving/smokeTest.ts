import type { ServingTest } from '../protocol/serving';
import { Client, type Asked } from './loadTest';
import { counted, nounOf } from '../plural';

type Look = ServingTest['smoke'][number];

export interface Smoke {
  readonly asked: Asked;
  readonly version: number;
  /** Rows of the request, and what each answer must have. */
  readonly rows: number;
  readonly outputs: readonly string[];
}

/** Looks once at everything that a client relies on. */
export async function smokeTest({ asked, version, rows, outputs }: Smoke): Promise<readonly Look[]> {
  const client = new Client(1);
  const look = (what: string, passed: boolean, sentence: string): Look => ({ what, passed, sentence });
  try {
    const ping = await client.ask(asked, '/ping');
    const good = await client.ask(asked);
    const problem = answerProblem(good.text, rows, outputs);
    const bad = await client.ask({ ...asked, body: '{"dataframe_split": {"columns": [], "data": [[]]}}' });
    const text = await client.ask({ ...asked, body: 'not JSON' });
    const stranger = await client.ask({ url: asked.url, body: asked.body });
    return [
      look('ping', ping.status === 200, `/ping answers ${ping.status}.`),
      look(
        'example',
        good.status === 200 && problem === undefined,
        good.status === 200
          ? (problem ?? `The input example is answered: ${counted(rows, 'row')}.`)
          : `The input example is answered with ${good.status}: ${good.text.slice(0, 300)}`,
      ),
      look(
        'version',
        good.version === version,
        `Version ${good.version ?? '?'} answers${good.version === version ? '' : `, not ${version}`}.`,
      ),
      look(
        'missing columns',
        bad.status === 400,
        `A request without the model's columns is answered with ${bad.status}.`,
      ),
      look('no JSON', text.status === 400, `A request that is no JSON is answered with ${text.status}.`),
      ...(asked.token === undefined
        ? []
        : [
            look(
              'no token',
              stranger.status === 401,
              `A request without the token is answered with ${stranger.status}.`,
            ),
          ]),
    ];
  } finally {
    client.close();
  }
}

function answerProblem(text: string, rows: number, outputs: readonly string[]): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return `The answer is no JSON: ${text.slice(0, 100)}`;
  }
  const predictions = isObject(parsed) ? parsed['predictions'] : undefined;
  if (!Array.isArray(predictions)) return 'The answer has no list `predictions`.';
  if (predictions.length !== rows)
    return `${counted(rows, 'row')} ${nounOf(rows, 'is', 'are')} answered with ${predictions.length}.`;
  for (const [i, prediction] of predictions.entries())
    for (const name of outputs) {
      const value: unknown = isObject(prediction) ? prediction[name] : undefined;
      if (value === undefined || value === null) return `Answer ${i + 1} has no ${name}.`;
    }
  return undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
