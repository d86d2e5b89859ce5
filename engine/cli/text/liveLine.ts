import type { ProgressReport } from '../../protocol/progress';
import type { Io } from '../io';
import { cut } from './table';

const eraseLine = '\r\u001b[K';
const barWidth = 20;

/** How far a long call is, on one line of a terminal that is drawn again and again; nothing where there is none. */
export class LiveLine {
  private isDrawn = false;

  constructor(private readonly io: Io) {}

  update({ message, fraction }: ProgressReport): void {
    if (!this.io.isLive) return;
    const bar = fraction === undefined ? '' : `${barOf(fraction)} `;
    this.io.err(`${eraseLine}${cut(`${bar}${message}`, this.io.width - 1)}`);
    this.isDrawn = true;
  }

  /** Leaves the line blank for what comes after. */
  end(): void {
    if (this.isDrawn) this.io.err(eraseLine);
    this.isDrawn = false;
  }
}

function barOf(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${String(Math.floor(fraction * 100)).padStart(3)} %`;
}
