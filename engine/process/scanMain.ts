/**
 * Entry of the child process that scans model files: what somebody made to harm their reader can harm nothing but this
 * process. It ends when all is scanned, when it is told to, and when the engine has gone.
 */
import { toWireError } from '../errors';
import { placesOf, scanPlaces } from '../security/scan/scanPaths';
import { endWithEngine } from './orphanWatch';
import { sayToEngine } from './sayToEngine';
import type { ScanAnswer } from './scanJob';
import { parseScanJob } from './scanJob';

const say = (message: ScanAnswer): Promise<void> => sayToEngine(message);

function work(message: unknown): ScanAnswer {
  try {
    const { asked, from, places, allow } = parseScanJob(message);
    const found = placesOf(asked, from);
    const all = [...found.places, ...places];
    const progress = (done: number, { file }: { readonly file: string }): void =>
      void say({ type: 'progress', done, of: all.length, file });
    return { type: 'done', report: scanPlaces({ places: all, links: found.links }, { allow, progress }) };
  } catch (error) {
    return { type: 'failed', error: toWireError(error) };
  }
}

endWithEngine();
process.on('SIGINT', () => undefined); // a terminal's Ctrl+C is for the engine, which then cancels
process.on('disconnect', () => process.exit(1));
process.once('message', message => {
  void say(work(message)).then(() => process.exit(0));
});
