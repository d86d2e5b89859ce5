/** Small pictures of our own, drawn as paths so that no font has to be loaded; colour comes from the text. */
const paths = {
  pass: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm-.9 9.6L4 8l1-1 2.1 2.1L11 5.2l1 1-4.9 4.9Z',
  fail: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm3 8.5-1 1-2-2-2 2-1-1 2-2-2-2 1-1 2 2 2-2 1 1-2 2 2 2Z',
  warn: 'M8 1.6 15 14H1L8 1.6ZM7.3 6v4.2h1.4V6H7.3Zm0 5.2v1.4h1.4v-1.4H7.3Z',
  question:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm.7 10.2H7.3v-1.4h1.4v1.4Zm1.2-4.6-.6.6c-.4.4-.6.8-.6 1.5H7.3c0-1 .2-1.5.8-2.1l.8-.8c.5-.5.2-1.5-.9-1.5-.7 0-1.2.5-1.2 1.1H5.4A2.5 2.5 0 0 1 8 3.6c2.2 0 3.3 2 1.9 3.5Z',
  dot: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
  ring: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Zm0 1.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6Z',
  stop: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5.5 5.5h5v5h-5v-5Z',
  folder: 'M1.5 3h4.6l1.4 1.5h7V13h-13V3Zm1.2 1.2v7.6h10.6V5.7H7l-1.4-1.5H2.7Z',
  file: 'M3 1.5h6.5L13 5v9.5H3v-13Zm1.2 1.2v10.6h7.6V5.8H8.7V2.7H4.2Z',
} as const;

export type IconName = keyof typeof paths;

const svg = 'http://www.w3.org/2000/svg';

/** Decoration: what it means must stand beside it as text. */
export function icon(name: IconName): SVGSVGElement {
  const element = document.createElementNS(svg, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 16 16', width: '16', height: '16', 'aria-hidden': 'true' }))
    element.setAttribute(key, value);
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', paths[name]);
  path.setAttribute('fill', 'currentColor');
  path.setAttribute('fill-rule', 'evenodd');
  element.append(path);
  return element;
}
