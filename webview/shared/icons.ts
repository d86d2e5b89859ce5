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
  play: 'M4.5 2.8v10.4L13 8 4.5 2.8Z',
  skip: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.3c1.2 0 2.3.4 3.2 1.1l-7.3 7.3A5.2 5.2 0 0 1 8 2.8Zm0 10.4c-1.2 0-2.3-.4-3.2-1.1l7.3-7.3A5.2 5.2 0 0 1 8 13.2Z',
  history:
    'M8 2a6 6 0 1 1-5.9 7h1.3A4.7 4.7 0 1 0 4.3 5H6v1.2H2V2.2h1.2v2A6 6 0 0 1 8 2Zm-.6 2.8h1.2v3l2 2-.8.9-2.4-2.4V4.8Z',
  arc: 'M8 1.7A6.3 6.3 0 1 1 1.7 8h1.4A4.9 4.9 0 1 0 8 3.1V1.7Z',
  data: 'M8 1.5c3.3 0 5.500 1 5.500 2.500v8c0 1.500-2.200 2.500-5.500 2.500S2.500 13.500 2.500 12V4C2.500 2.500 4.700 1.500 8 1.500Zm4.200 4.300c-1 .5-2.500.7-4.200.7s-3.200-.2-4.200-.7V8c0 .5 1.700 1.200 4.200 1.200s4.200-.7 4.200-1.200V5.800Zm0 4c-1 .5-2.500.7-4.200.7s-3.200-.2-4.200-.7V12c0 .5 1.700 1.200 4.200 1.200s4.200-.7 4.200-1.200V9.800ZM8 2.800c-2.500 0-4.200.7-4.200 1.200S5.500 5.200 8 5.200 12.200 4.500 12.200 4 10.500 2.800 8 2.800Z',
  model:
    'm8 1.200 6 3v7.600l-6 3-6-3V4.200l6-3Zm0 1.500L4.600 4.400 8 6.100l3.400-1.700L8 2.700ZM3.300 5.400v5.600l4 2V7.400l-4-2Zm5.400 7.600 4-2V5.400l-4 2V13Z',
  layers:
    'm8 1.500 6.500 3.300L8 8.100 1.500 4.800 8 1.500Zm-5 6 5 2.500 5-2.500 1.500.8L8 11.500 1.500 8.300 3 7.500Zm0 3.200 5 2.500 5-2.500 1.500.8L8 14.700l-6.500-3.200 1.500-.8Z',
  folder: 'M1.5 3h4.6l1.4 1.5h7V13h-13V3Zm1.2 1.2v7.6h10.6V5.7H7l-1.4-1.5H2.7Z',
  file: 'M3 1.5h6.5L13 5v9.5H3v-13Zm1.2 1.2v10.6h7.6V5.8H8.7V2.7H4.2Z',
  table:
    'M1.500 2.500h13v11h-13v-11Zm1.200 1.200v2.100h10.600V3.700H2.700Zm0 3.300v1.700h2.800V7H2.700Zm4 0v1.700h6.600V7H6.700Zm-4 2.900v2.400h2.800V9.900H2.700Zm4 0v2.400h6.600V9.900H6.700Z',
  server:
    'M2 2.500h12v4.400H2V2.500Zm1.200 1.200v2h9.600v-2H3.200Zm1 .5h1.200v1H4.200v-1ZM2 9.100h12v4.400H2V9.100Zm1.200 1.200v2h9.600v-2H3.200Zm1 .5h1.200v1H4.200v-1Z',
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
