import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError, isAbort } from '../errors';
import type { ProgressReport } from '../protocol/progress';
import type { ImportReport, ImportRequest } from '../protocol/transfer';
import { ObjectStore } from '../store/objects';
import { Conversation } from './child/conversation';
import type { ReaderChannel } from './child/conversation';
import type { ReadJob } from './child/messages';
import { STAGED } from './child/messages';
import { Importer } from './merge/importer';
import { pause } from './merge/pause';
import type { ModelPort } from './modelPort';
import type { ImportPort } from './ports';
import type { TransferStore } from './store';
import { counted, nounOf } from '../plural';

export interface ImportRunsOptions {
  readonly workspace: string;
  readonly objects: ObjectStore;
  readonly imports: ImportPort;
  readonly models: ModelPort;
  readonly store: TransferStore;
  readonly now: () => number;
  readonly startReader: (signal: AbortSignal) => ReaderChannel;
}

/** ms between two reports of progress */
const REPORTED = 100;

/**
 * Imports a source: a child process reads it, this thread writes what it sends.
 * @throws ModelyardError `not-found`, `data.*` (nothing of the source can be read), `store.*`, `cancelled` (what was
 *   imported until then is whole, and a second import goes on there)
 */
export async function importRuns(
  options: ImportRunsOptions,
  { request, progress }: { request: ImportRequest; progress: (report: ProgressReport) => void },
  signal: AbortSignal,
): Promise<ImportReport> {
  const parent = path.join(options.workspace, '.modelyard', 'work');
  await mkdir(parent, { recursive: true });
  const workDir = await mkdtemp(path.join(parent, 'import-'));
  const staged = new ObjectStore(path.join(workDir, STAGED));
  const importer = new Importer({
    ...options,
    adopt: digests => options.objects.adopt(staged, digests),
    ...(request.experiment !== undefined && { experiment: request.experiment }),
  });
  const channel = options.startReader(signal);
  const { source, kind } = request;
  const job: ReadJob = {
    source,
    ...(kind !== undefined && { kind }),
    artifacts: request.artifacts ?? [],
    objects: options.objects.folder,
    workDir,
  };
  try {
    await converse(new Conversation(channel, message => progress({ message })), { job, importer, progress }, signal);
    return importer.tally.report(source, importer.kind);
  } catch (error) {
    throw isAbort(error) ? cancelled(importer) : error;
  } finally {
    await channel.close();
    await rm(workDir, { recursive: true, force: true });
  }
}

async function converse(
  conversation: Conversation,
  { job, importer, progress }: { job: ReadJob; importer: Importer; progress: (report: ProgressReport) => void },
  signal: AbortSignal,
): Promise<void> {
  const report = reporter(importer, progress);
  conversation.post({ type: 'read', job });
  for (;;) {
    const message = await conversation.next();
    switch (message.type) {
      case 'plan':
        importer.kind = message.kind;
        importer.total = message.total;
        break;
      case 'batch':
        await importer.batch(message.items, signal);
        conversation.post({ type: 'next' });
        break;
      case 'long':
        await importer.long(message.head, () => conversation.pieces(), signal);
        conversation.post({ type: 'goOn' });
        break;
      case 'done':
        report(true);
        return;
      default:
        throw new ModelyardError('internal', `A run was expected, not ${message.type}.`);
    }
    report();
    await pause(); // messages may be waiting in a row
  }
}

/** Says how far it is, now and then. */
function reporter(importer: Importer, progress: (report: ProgressReport) => void): (last?: boolean) => void {
  let lastAt = 0;
  return (last = false) => {
    const now = performance.now();
    if (!last && now - lastAt < REPORTED) return;
    lastAt = now;
    const { tally, total } = importer;
    const seen = tally.seen.toLocaleString('en-US');
    const models =
      tally.seenModels === 0
        ? ''
        : `, ${tally.seenModels.toLocaleString('en-US')} ${nounOf(tally.seenModels, 'model')}`;
    if (total === undefined || total === 0) progress({ message: `${seen} ${nounOf(tally.seen, 'run')}${models}` });
    else
      progress({
        message: `${seen} of ${total.toLocaleString('en-US')} ${nounOf(total, 'run')}${models}`,
        fraction: Math.min(1, tally.seen / total),
      });
  };
}

function cancelled({ tally, total }: Importer): ModelyardError {
  const { imported, updated } = tally.runs;
  const of = total === undefined ? '' : ` of ${total}`;
  const versions = tally.versions.imported;
  const ofModels = versions === 0 ? '' : ` and ${counted(versions, 'version')} of models`;
  return new ModelyardError(
    'cancelled',
    `Cancelled: ${imported + updated}${of} ${nounOf(total ?? imported + updated, 'run')}${ofModels} ${nounOf(imported + updated, 'was', 'were')} imported, each of them whole.`,
    {
      fix: 'Import again to go on: what is here is not made twice.',
      data: { imported, updated },
    },
  );
}
