import type { Draft, Scan, Target } from '../scan/scan';
import { shown } from '../pickle/streamWatcher';
import { kerasFindings } from './kerasConfig';

const mostJsonBytes = 64 * 1024 * 1024;
const sampleBytes = 65_536;
const chunkBytes = 4 << 20;
/** Ways in which YAML and JSON name Python objects. */
const yamlTag = /!!python\/|!<tag:yaml\.org,2002:python\/|tag:yaml\.org,2002:python\//;
const jsonpickle = /"py\\?\/(?:object|reduce|function|type|mod|module|ref|b64|repr)"/;

/** Whether the content reads as text, by its beginning. */
export function isText({ source }: Target): boolean {
  const bytes = source.read(0, sampleBytes);
  if (bytes.includes(0)) return false;
  const text = bytes.subarray(0, wholeCharacters(bytes)).toString('utf8');
  const odd = text.match(/[\u0001-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0;
  return odd === 0;
}

/** A sample may end within a character. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return bytes.length - back;
  }
  return bytes.length;
}

/** Scans a text: configs of Keras, objects of Python in YAML or JSON, the schema of skops. */
export function scanText(scan: Scan, target: Target): void {
  const { source } = target;
  const isJson = /^\ufeff?[[{]/.test(firstWord(source));
  const isLarge = isJson && source.size > mostJsonBytes;
  for (let start = 0; start < source.size; start += chunkBytes) {
    scan.tick();
    const found = ofPython(source.read(start, chunkBytes + 256).toString('latin1'), isLarge);
    if (found === undefined) continue;
    scan.report(target, found);
    return;
  }
  if (isJson && !isLarge) scanJson(scan, target);
}

/** The first bytes that are no white space. */
function firstWord(source: Target['source']): string {
  for (let start = 0; start < source.size; start += sampleBytes) {
    const word = /[^ \t\r\n][\s\S]{0,8}/.exec(source.read(start, sampleBytes).toString('latin1'))?.[0];
    if (word !== undefined) return word.replace(/^\u00ef\u00bb\u00bf\s*/, '');
  }
  return '';
}

/** Letters written as `%70` in YAML's tags and `\\u0070` in JSON, as nobody does but to hide a word. */
const plain = (text: string): string =>
  text
    .replaceAll(/%([2-7][0-9a-fA-F])/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\u00([2-7][0-9a-fA-F])/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const pythonTag = 'tag:yaml.org,2002:python/';

/** A handle that stands for the beginning of the tags of Python's objects. */
function hasTagOfPython(text: string): boolean {
  for (const [, prefix = ''] of text.matchAll(/^%TAG[ \t]+\S+[ \t]+(\S+)/gm))
    if (pythonTag.startsWith(prefix) || prefix.startsWith(pythonTag.slice(0, -1))) return true;
  return false;
}

function ofPython(written: string, isLarge: boolean): Draft | undefined {
  const text = /%[2-7]|\\u00[2-7]/.test(written) ? `${written}${plain(written)}` : written;
  if (yamlTag.test(text) || hasTagOfPython(text))
    return object('It has objects of Python (a tag !!python/…), which loading the YAML can make and call.');
  if (jsonpickle.test(text))
    return object('It has objects of Python as jsonpickle writes them: loading it can call anything.');
  if (!isLarge || !/"class_name"|"__module__"/.test(text)) return undefined;
  const sentence = 'The config of a model is too large to be scanned.';
  return { kind: 'limit', verdict: 'review', severity: 'medium', sentence };
}

function scanJson(scan: Scan, target: Target): void {
  const text = target.source
    .read(0, target.source.size)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  if (!/class_name|__module__/.test(plain(text))) return;
  const parsed = pythonJson(text);
  if (parsed === undefined) {
    const sentence = 'The config of a model is no JSON.';
    scan.report(target, { kind: 'malformed', verdict: 'block', severity: 'medium', sentence });
    return;
  }
  for (const draft of kerasFindings(parsed.value)) scan.report(target, draft);
  for (const draft of skopsFindings(scan, parsed.value)) scan.report(target, draft);
}

/** JSON as Python reads it, with its numbers that are none; undefined: it is no JSON. */
export function pythonJson(text: string): { readonly value: unknown } | undefined {
  const numbers = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
  for (const candidate of [() => text, () => text.replaceAll(numbers, one => (one.startsWith('"') ? one : 'null'))])
    try {
      const value: unknown = JSON.parse(candidate());
      return { value };
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    }
  return undefined;
}

const object = (sentence: string): Draft => ({ kind: 'object-text', verdict: 'block', severity: 'critical', sentence });

/** skops writes of every object its `__module__` and `__class__`; the same lists judge them. */
function* skopsFindings(scan: Scan, parsed: unknown): Generator<Draft> {
  const waiting: unknown[] = [parsed];
  const seen = new Set<string>();
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (Array.isArray(node)) for (const item of node) waiting.push(item);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) continue;
    for (const value of Object.values(node)) if (typeof value === 'object') waiting.push(value);
    if (!('__module__' in node) || !('__class__' in node)) continue;
    const { __module__: module, __class__: name } = node;
    if (typeof module !== 'string' || typeof name !== 'string' || seen.has(`${module}:${name}`)) continue;
    seen.add(`${module}:${name}`);
    const rule = scan.rule(module, name);
    const asks = `It asks for ${shown(`${module}:${name}`)}`;
    if (rule.verdict === 'pass') scan.allowed(`${module}:${name}`);
    else if (rule.verdict === 'block')
      yield {
        kind: 'denied-global',
        verdict: 'block',
        severity: rule.severity,
        global: `${module}:${name}`,
        sentence: `${asks}, ${rule.why}.`,
      };
    else
      yield {
        kind: 'unknown-global',
        verdict: 'review',
        severity: 'medium',
        global: `${module}:${name}`,
        sentence: `${asks}, which is not on the list of what models may ask for.`,
      };
  }
}
