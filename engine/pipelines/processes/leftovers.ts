import type { RunId } from '../../protocol/ids';
import { endMarked, runMarks } from './markedProcesses';

/**
 * Ends what the steps of a killed engine have left running. Windows shows no environments: there it is left to the
 * person. What belongs to an engine that lives is that of another folder, of which this one is a copy.
 */
export const endLeftovers = (runs: readonly RunId[]): Promise<number> => endMarked(runs.map(runMarks), hasEngine);

const engineEntry = /^MODELYARD_ENGINE_PID=(\d+)$/;

function hasEngine(environment: ReadonlySet<string>): boolean {
  const engine = [...environment].map(entry => Number(engineEntry.exec(entry)?.[1])).find(pid => pid > 0);
  return engine !== undefined && engine !== process.pid && isAlive(engine);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
