import type { ArtifactContent } from '../../engine/protocol/tracking';
import { dataTable } from '../shared/dataTable';
import { h } from '../shared/dom';
import { imageSource, readableText, separatorOf } from '../shared/fileLook';
import { bytes } from '../shared/format';
import { t } from '../shared/l10n';
import { parseCsv } from '../shared/parseCsv';

const tableRows = 200;

/** The beginning of a file as it is best looked at. HTML is shown as text: nothing of a run is ever run. */
export function preview(content: ArtifactContent): HTMLElement {
  const source = imageSource(content);
  if (source !== undefined) return h('img', { attrs: { src: source, alt: content.path } });
  if (content.text === undefined) return h('p', { class: 'muted' }, t('{0} of binary data.', bytes(content.size)));
  if (content.text === '') return h('p', { class: 'muted' }, t('The file is empty.'));
  const cut = content.truncated ? t('Only the beginning; the file has {0}.', bytes(content.size)) : '';
  return h('div', null, body(content, content.text), h('p', { class: 'muted' }, cut));
}

function body(content: ArtifactContent, text: string): HTMLElement {
  const separator = separatorOf(content.path);
  if (separator !== undefined) return table(text, separator);
  return h('pre', { class: 'scroll', attrs: { tabindex: 0 } }, readableText(content));
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
