import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { publicKeyOf } from '../client/signing';
import { ModelyardError, toWireError } from '../errors';
import { requireSignedFolder } from '../security/signing/signedFolder';
import { servedFile, servedSchema } from '../serving/servedFolder';
import { createScoringHandler } from '../serving/scoringHandler';
import { HttpDoor, tokenPattern, tokenRule } from './httpDoor';
import { createLog } from './log';
import { loadScorer } from './modelScorer';
import { endWithEngine } from './orphanWatch';
import { servingAddress } from './servingAddress';

const requestSchema = v.strictObject({
  folder: v.string(),
  host: v.string(),
  port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  allowedHosts: v.array(v.string()),
  /** False: none is asked for. */
  token: v.boolean(),
  /** Files with public keys, one of which must have signed the model; absent: none must. */
  keys: v.optional(v.array(v.string())),
  json: v.boolean(),
});
/** What the command line hands over; the token comes in the environment. */
export type FolderRequest = v.InferOutput<typeof requestSchema>;

/** ms in which requests that have come are answered when the server shall end. */
const lastWords = 20_000;

/** Serves the model of a folder by itself, without engine or workspace, until SIGTERM or SIGINT; ends the process. */
export async function serveFolder(options: string): Promise<void> {
  try {
    const request = v.parse(v.pipe(v.string(), v.parseJson(), requestSchema), options);
    const door = await open(request);
    const end = (): void => void door.drain(lastWords).then(() => process.exit(0));
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    endWithEngine(); // here with the command that has started it
  } catch (error) {
    process.stderr.write(`${JSON.stringify({ error: toWireError(error) })}\n`);
    process.exit(1);
  }
}

async function open(request: FolderRequest): Promise<HttpDoor> {
  const { folder, host, port, allowedHosts, token: isAsked, keys, json } = request;
  const given = process.env['MODELYARD_SERVING_TOKEN'];
  const token = isAsked ? given : null;
  if (typeof token === 'string' && !tokenPattern.test(token))
    throw new ModelyardError('params.invalid', `${tokenRule}.`);
  const isContainer = process.env['MODELYARD_IN_CONTAINER'] === '1';
  const beyond = servingAddress({ host, token, allowedHosts, isContainer });
  const { model, version } = await servedOf(folder);
  const pems = keys && (await Promise.all(keys.map(publicKey)));
  await requireSignedFolder({ folder, besides: [servedFile], ...(pems && { keys: pems }) });
  const scorer = await loadScorer(version, folder);
  const door = new HttpDoor(createScoringHandler({ scorer: () => scorer, answered: () => undefined }), createLog(2));
  const endpoint = await door.listen({ port, ...(token !== undefined && { token }), ...(beyond && { beyond }) });
  const url = beyond ? endpoint.url.replace('127.0.0.1', host) : endpoint.url;
  // a token that was given is no news, and would stand in the log of a container
  const news = given === undefined && endpoint.token !== undefined ? endpoint.token : undefined;
  const said = { model, version, url, pid: process.pid, ...(news !== undefined && { token: news }) };
  const text = `${news === undefined ? '' : `MODELYARD_SERVING_TOKEN=${news}\n`}Version ${version} of ${model} answers at ${url}/invocations\n`;
  process.stdout.write(json ? `${JSON.stringify(said)}\n` : text);
  return door;
}

async function publicKey(file: string): Promise<string> {
  try {
    return publicKeyOf(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ModelyardError('params.invalid', `${file} is no public key of Ed25519 or ECDSA as PEM.`, { cause });
  }
}

/** What the export says of itself; a model folder that was put there otherwise is version 0. */
async function servedOf(folder: string): Promise<v.InferOutput<typeof servedSchema>> {
  const text = await readFile(path.join(folder, servedFile), 'utf8').catch(() => undefined);
  if (text === undefined) return { model: path.basename(path.resolve(folder)), version: 0 };
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), servedSchema), text);
  if (parsed.success) return parsed.output;
  throw new ModelyardError('data.unreadable', `${servedFile} of ${folder} is damaged: export the model again.`);
}
