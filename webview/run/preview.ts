import type { ArtifactContent } from '../../engine/protocol/methods';
import { dataTable } from '../shared/dataTable';
import { h } from '../shared/dom';
import { bytes } from '../shared/format';
import { parseJson } from '../shared/json';
import { t } from '../shared/l10n';
import { parseCsv } from './parseCsv';

const images: Readonly<Record<string, string>> = {
  png: 'png',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  gif: 'gif',
  webp: 'webp',
  bmp: 'bmp',
};
const tableRows = 200;

/** The beginning of a file as it is best looked at. SVG and HTML are shown as text: nothing of a run is ever run. */
export function preview(content: ArtifactContent): HTMLElement {
  const extension = content.path.slice(content.path.lastIndexOf('.') + 1).toLowerCase();
  const image = images[extension];
  if (image !== undefined && content.base64 !== undefined && !content.truncated) {
    const source = `data:image/${image};base64,${content.base64}`;
    return h('img', { attrs: { src: source, alt: content.path } });
  }
  if (content.text === undefined) return h('p', { class: 'muted' }, t('{0} of binary data.', bytes(content.size)));
  if (content.text === '') return h('p', { class: 'muted' }, t('The file is empty.'));
  const cut = content.truncated ? t('Only the beginning; the file has {0}.', bytes(content.size)) : '';
  return h('div', null, body(extension, content.text, content.truncated), h('p', { class: 'muted' }, cut));
}

function body(extension: string, text: string, isCut: boolean): HTMLElement {
  if (extension === 'csv' || extension === 'tsv') return table(text, extension === 'tsv' ? '\t' : ',');
  const value = extension === 'json' && !isCut ? parseJson(text) : undefined;
  const shown = value === undefined ? text : JSON.stringify(value, null, 2);
  return h('pre', { class: 'scroll', attrs: { tabindex: 0 } }, shown);
}

function table(text: string, separator: string): HTMLElement {
  const [header = [], ...rows] = parseCsv(text, separator, tableRows + 1);
  const columns = header.map((title, index) => ({
    title,
    numeric: rows.slice(0, 20).every(row => row[index] !== '' && Number.isFinite(Number(row[index]))),
  }));
  const shown = h('div', { class: 'scroll', attrs: { tabindex: 0 } }, dataTable(t('File'), columns, rows));
  if (rows.length < tableRows) return shown;
  return h('div', null, shown, h('p', { class: 'muted' }, t('The first {0} rows.', tableRows)));
}
