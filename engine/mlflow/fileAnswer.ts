import { header } from '../http';
import type { HttpRequest, HttpResponse } from '../http';
import { mimeType } from './mimeTypes';
import type { OpenFile } from './ports';

/** A short file is sent in one go, with the head. */
const SHORT = 1 << 16;

/** A file as something to save, or the part of it that was asked for. */
export async function fileAnswer(request: HttpRequest, file: OpenFile): Promise<HttpResponse> {
  const tag = `"${file.digest}"`;
  const headers = {
    'content-type': mimeType(file.path),
    'content-disposition': disposition(file.path.slice(file.path.lastIndexOf('/') + 1)),
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    etag: tag,
  };
  if (header(request, 'if-none-match')?.includes(tag)) return { status: 304, headers, body: '' };
  const condition = header(request, 'if-range');
  const wished = condition === undefined || condition === tag ? header(request, 'range') : undefined;
  const range = wished === undefined ? undefined : rangeOf(wished, file.size);
  if (range === 'beyond')
    return {
      status: 416,
      headers: { 'content-type': 'text/plain', 'content-range': `bytes */${file.size}` },
      body: '',
    };
  const { start, end } = range ?? { start: 0, end: file.size };
  const content: HttpResponse['body'] = { length: end - start, open: () => file.stream({ start, end }) };
  const body = content.length <= SHORT ? await collected(content.open()) : content;
  if (range === undefined) return { status: 200, headers, body };
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${file.size}` }, body };
}

async function collected(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** One range of bytes, `end` exclusive. Undefined: none that is understood, or several; then the whole is sent. */
function rangeOf(
  header: string,
  size: number,
): { readonly start: number; readonly end: number } | 'beyond' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '')
    return Number(to) === 0 || size === 0 ? 'beyond' : { start: Math.max(0, size - Number(to)), end: size };
  const start = Number(from);
  const end = to === '' ? size : Math.min(size, Number(to) + 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start >= size ? 'beyond' : { start, end };
}

/** Always to be saved, never shown as a page of this server. */
function disposition(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '');
  const shown = plain === '' ? 'download' : plain;
  const token = /^[\w!#$%&'*+.^`|~-]+$/.test(shown) ? shown : `"${shown.replace(/["\\]/g, '\\$&')}"`;
  const exact = plain === name ? '' : `; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escaped)}`;
  return `attachment; filename=${token}${exact}`;
}

const escaped = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
