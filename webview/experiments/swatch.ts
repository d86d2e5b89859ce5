import { seriesStyle } from '../shared/charts/palette';
import { onThemeChange } from '../shared/theme';

const svg = 'http://www.w3.org/2000/svg';

/** A stroke in the colour and dashes of a run's curves. */
export function swatch(slot: number): SVGSVGElement {
  const element = document.createElementNS(svg, 'svg');
  for (const [key, value] of Object.entries({ width: '24', height: '8', viewBox: '0 0 24 8', 'aria-hidden': 'true' }))
    element.setAttribute(key, value);
  const line = document.createElementNS(svg, 'line');
  for (const [key, value] of Object.entries({ x1: '0', x2: '24', y1: '4', y2: '4', 'stroke-width': '3' }))
    line.setAttribute(key, value);
  const paint = (): void => {
    const { color, dash } = seriesStyle(slot);
    line.setAttribute('stroke', color);
    line.setAttribute('stroke-dasharray', dash.join(' '));
  };
  paint();
  const stop = onThemeChange(() => (element.isConnected ? paint() : stop()));
  element.append(line);
  return element;
}
