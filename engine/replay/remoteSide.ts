import type { RunSummary } from '../protocol/tracking';
import type { OtherEngine, RunSide } from './ports';

/** Points of a curve that are compared; a longer one is compared by its summary. */
export const comparedPoints = 10_000;

/** A run of another engine. */
export const remoteSide = (engine: OtherEngine, run: RunSummary): RunSide => ({
  run,
  series: () => engine.call('runs/series', { runId: run.id, maxPoints: comparedPoints }),
  artifacts: folder => engine.call('runs/artifacts', { runId: run.id, ...(folder !== undefined && { path: folder }) }),
  read: async (file, maxBytes) => {
    const { text, base64 } = await engine.call('runs/artifact', { runId: run.id, path: file, maxBytes });
    return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
  },
});
