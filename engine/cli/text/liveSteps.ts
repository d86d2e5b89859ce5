import type { Colors } from 'picocolors/types';
import type { PipelineRun } from '../../protocol/pipelines';
import type { Io } from '../io';
import { fewSteps, stepLines } from './stepLines';

const eraseBelow = '\u001b[0J';
const eraseRest = '\u001b[K';
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A\r` : '\r');

/** Draws the steps of a run again and again on the same lines of a terminal; nothing where there is none. */
export class LiveSteps {
  private readonly io: Io;
  private readonly colors: Colors;
  private drawn = 0;
  private latest: PipelineRun | undefined;
  private readonly ticker: NodeJS.Timeout | undefined;

  constructor(io: Io, colors: Colors) {
    this.io = io;
    this.colors = colors;
    // The clock of the running step goes on while nothing is reported.
    if (io.isLive) this.ticker = setInterval(() => this.draw(), 500).unref();
  }

  update(run: PipelineRun): void {
    this.latest = run;
    this.draw();
  }

  /** Leaves the lines blank for what comes after. */
  end(): void {
    clearInterval(this.ticker);
    if (this.drawn > 0) this.io.err(up(this.drawn) + eraseBelow);
    this.drawn = 0;
    this.latest = undefined;
  }

  private draw(): void {
    if (!this.io.isLive || this.latest === undefined) return;
    // Lines that have left the screen at its top cannot be drawn again.
    const { run, rest } = fewSteps(this.latest, (this.io.height ?? Infinity) - 2);
    const steps = stepLines(run, { colors: this.colors, width: this.io.width, now: Date.now() });
    const lines = rest === '' ? steps : [...steps, this.colors.dim(`  ${rest}`)];
    this.io.err(`${up(this.drawn)}${lines.map(line => `${line}${eraseRest}\n`).join('')}${eraseBelow}`);
    this.drawn = lines.length;
  }
}
