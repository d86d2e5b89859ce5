import { isHighContrast, themeColor } from '../theme';

/** The editor's chart colours, in an order in which neighbours differ for the colour-blind too; Okabe and Ito's behind. */
const colors = [
  ['--vscode-charts-blue', '#0072b2'],
  ['--vscode-charts-orange', '#d55e00'],
  ['--vscode-charts-green', '#009e73'],
  ['--vscode-charts-purple', '#cc79a7'],
  ['--vscode-charts-red', '#d13438'],
  ['--vscode-charts-yellow', '#e69f00'],
  ['--vscode-charts-foreground', '#56b4e9'],
] as const;

/** So that nobody has to tell colours apart: each slot has its own dashes and its own shape of points. */
export const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4], [1, 4]];
export const shapes = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star', 'rectRounded'] as const;
export const slots = colors.length;

export interface SeriesStyle {
  readonly color: string;
  readonly dash: readonly number[];
  readonly shape: (typeof shapes)[number];
}

export function seriesStyle(slot: number | 'reference'): SeriesStyle {
  if (slot === 'reference') return { color: gridText(), dash: [3, 3], shape: 'circle' };
  const index = slot % slots;
  return { color: themeColor(...colors[index]!), dash: dashes[index]!, shape: shapes[index]! };
}

export const gridText = (): string => themeColor('--vscode-descriptionForeground', '--vscode-foreground');

export const gridLines = (): string =>
  isHighContrast()
    ? themeColor('--vscode-contrastBorder', '--vscode-foreground')
    : withAlpha(themeColor('--vscode-charts-lines', '--vscode-foreground'), 0.18);

let canvas: CanvasRenderingContext2D | null | undefined;

/** The colour, seen through. The browser is asked to read it, so that any way of writing a colour will do. */
export function withAlpha(color: string, alpha: number): string {
  canvas ??= document.createElement('canvas').getContext('2d');
  if (!canvas) return color;
  canvas.fillStyle = color;
  const hex = /^#(..)(..)(..)$/.exec(canvas.fillStyle);
  if (!hex) return color;
  const [red, green, blue] = hex.slice(1).map(part => Number.parseInt(part, 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}
