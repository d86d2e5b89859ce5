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
  return { color: withAlpha(themeColor(...colors[index]!), 1), dash: dashes[index]!, shape: shapes[index]! };
}

export const gridText = (): string => themeColor('--vscode-descriptionForeground', '--vscode-foreground');

export const gridLines = (): string => withAlpha(themeColor('--vscode-foreground'), isHighContrast() ? 0.3 : 0.12);

let canvas: CanvasRenderingContext2D | null | undefined;

/** Red, green, blue and opacity; the browser is asked to read the colour, so that any way of writing it will do. */
function read(color: string): readonly [number, number, number, number] | undefined {
  canvas ??= document.createElement('canvas').getContext('2d');
  if (!canvas) return undefined;
  canvas.fillStyle = color;
  const written = canvas.fillStyle;
  const hex = /^#(..)(..)(..)$/
    .exec(written)
    ?.slice(1)
    .map(part => Number.parseInt(part, 16));
  const [red, green, blue, alpha = 1] = hex ?? written.match(/[\d.]+/g)?.map(Number) ?? [];
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue, alpha];
}

/** The colour, with this opacity: some themes define chart colours that nobody would see on their own. */
export function withAlpha(color: string, alpha: number): string {
  const parts = read(color);
  return parts ? `rgba(${parts[0]}, ${parts[1]}, ${parts[2]}, ${alpha})` : color;
}
