/**
 * Entry of the child process that audits a workspace: a text or lock file made to use up time or memory harms nothing
 * but this process. It ends when all is looked through, when it is told to, and when the engine has gone.
 */
import { toWireError } from '../errors';
import { audit } from '../security/audit/audit';
import type { AuditAnswer } from './auditJob';
import { parseAuditJob } from './auditJob';
import { endWithEngine } from './orphanWatch';
import { sayToEngine } from './sayToEngine';

/** ms between two reports of progress. */
const pace = 100;

const say = (message: AuditAnswer): Promise<void> => sayToEngine(message);

async function work(message: unknown): Promise<AuditAnswer> {
  let toldAt = 0;
  try {
    const report = await audit(parseAuditJob(message), (done, of, file) => {
      if (performance.now() - toldAt < pace) return;
      toldAt = performance.now();
      void say({ type: 'progress', done, of, file });
    });
    return { type: 'done', report };
  } catch (error) {
    return { type: 'failed', error: toWireError(error) };
  }
}

endWithEngine();
process.on('SIGINT', () => undefined); // a terminal's Ctrl+C is for the engine, which then cancels
process.on('disconnect', () => process.exit(1));
process.once('message', message => {
  void work(message)
    .then(say)
    .then(() => process.exit(0));
});
