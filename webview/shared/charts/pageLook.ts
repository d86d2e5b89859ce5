import type { ChartLook } from '../../../engine/charts/svg/look';
import { mixed } from '../../../engine/charts/svg/look';
import { themeColor } from '../theme';
import { gridLines, gridText, rgb, seriesStyle } from './palette';

/** The colours of the editor as they are now, for pictures that stand by themselves. */
export function pageLook(): ChartLook {
  const ramp = [
    rgb(themeColor('--vscode-charts-blue', '#3794ff')),
    rgb(themeColor('--vscode-descriptionForeground', '--vscode-foreground')),
    rgb(themeColor('--vscode-charts-orange', '#d18616')),
  ];
  return {
    foreground: themeColor('--vscode-foreground'),
    muted: gridText(),
    grid: gridLines(),
    background: themeColor('--vscode-editor-background'),
    font: themeColor('--vscode-font-family', 'sans-serif'),
    stroke: seriesStyle,
    ramp: share => mixed(ramp, share),
  };
}
