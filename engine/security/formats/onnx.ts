import type { ByteSource } from '../bytes/source';
import type { Draft, Scan, Target } from '../scan/scan';
import { shown } from '../pickle/streamWatcher';
import { judgeExternal } from './externalData';
import type { Field } from './protobuf';
import { ProtobufBroken, fieldsOf, textOf } from './protobuf';

/** Domains of operators that ONNX defines or ONNX Runtime has built in. */
const domains = new Set([
  ...['', 'ai.onnx', 'ai.onnx.ml', 'ai.onnx.training', 'ai.onnx.preview', 'ai.onnx.preview.training'],
  ...['com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc'],
]);
/** Bytes of an element, by `TensorProto.DataType`; 8 is text. */
const elementBytes: readonly (number | undefined)[] = [
  ...[undefined, 4, 1, 1, 2, 2, 4, 8, undefined, 1, 2, 8, 4, 8, 8, 16, 2, 1, 1, 1, 1, 0.5, 0.5, 0.5],
];
const deepest = 64;

/** Whether the top of a protobuf is that of an ONNX model: a graph, and which operators it uses. */
export function isOnnx(source: ByteSource): boolean {
  try {
    const seen = new Set<number>();
    for (const { number, wire } of fieldsOf(source)) {
      if (number > 26 || (number === 1 && wire !== 0) || (number === 7 && wire !== 2) || (number === 8 && wire !== 2))
        return false;
      seen.add(number);
    }
    return seen.has(7) && seen.has(8) && seen.has(1);
  } catch (error) {
    if (error instanceof ProtobufBroken) return false;
    throw error;
  }
}

/** Scans an ONNX model: where its numbers are read from, and whether its operators are code of somebody's own. */
export function scanOnnx(scan: Scan, target: Target): void {
  const reader = new OnnxScan(scan, target);
  try {
    reader.model();
  } catch (error) {
    if (!(error instanceof ProtobufBroken)) throw error;
    scan.report(target, {
      kind: 'malformed',
      verdict: 'block',
      severity: 'high',
      sentence: `The ONNX model cannot be read: ${error.message}.`,
    });
  }
  reader.operators();
}

class OnnxScan {
  private readonly used = new Map<string, Set<string>>();
  private readonly local = new Set<string>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly scan: Scan,
    private readonly target: Target,
  ) {}

  model(): void {
    let hasGraph = false;
    for (const field of fieldsOf(this.target.source)) {
      if (field.number === 7) {
        hasGraph = true;
        this.graph(field.bytes, 0);
      } else if (field.number === 20) for (const inner of fieldsOf(field.bytes)) this.graph(inner.bytes, 0);
      else if (field.number === 25) this.localFunction(field);
    }
    if (!hasGraph) throw new ProtobufBroken('it has no graph');
  }

  /** Operators of domains that come with neither ONNX nor its runtime. */
  operators(): void {
    for (const [domain, names] of this.used) {
      const foreign = [...names].filter(name => !this.local.has(`${domain}:${name}`));
      if (domains.has(domain) || foreign.length === 0) continue;
      const sentence = `It needs operators of ${shown(domain)} (${shown(foreign.slice(0, 5).join(', '))}): a library that whoever runs the model must load.`;
      this.report({ kind: 'custom-operator', verdict: 'review', severity: 'medium', sentence });
    }
  }

  private graph(source: ByteSource, depth: number): void {
    if (depth > deepest) throw new ProtobufBroken('its graphs are within each other too deeply');
    this.scan.tick();
    for (const { number, wire, bytes } of fieldsOf(source)) {
      if (wire !== 2) continue;
      if (number === 1) this.node(bytes, depth);
      else if (number === 5) this.tensor(bytes);
      else if (number === 15) this.sparse(bytes);
    }
  }

  private localFunction(field: Field): void {
    let name = '';
    let domain = '';
    for (const inner of fieldsOf(field.bytes)) {
      if (inner.number === 1) name = textOf(inner);
      else if (inner.number === 10) domain = textOf(inner);
      else if (inner.number === 7) this.node(inner.bytes, 0);
    }
    this.local.add(`${domain}:${name}`);
  }

  private node(source: ByteSource, depth: number): void {
    let domain = '';
    let operator = '';
    for (const field of fieldsOf(source)) {
      if (field.number === 4) operator = textOf(field);
      else if (field.number === 7) domain = textOf(field);
      else if (field.number === 5) this.attribute(field.bytes, depth);
    }
    const names = this.used.get(domain);
    if (names === undefined) this.used.set(domain, new Set([operator]));
    else if (names.size < 1000) names.add(operator);
  }

  private attribute(source: ByteSource, depth: number): void {
    for (const { number, wire, bytes } of fieldsOf(source)) {
      if (wire !== 2) continue;
      if (number === 5 || number === 10) this.tensor(bytes);
      else if (number === 6 || number === 11) this.graph(bytes, depth + 1);
      else if (number === 22 || number === 23) this.sparse(bytes);
    }
  }

  private sparse(source: ByteSource): void {
    for (const { number, wire, bytes } of fieldsOf(source)) if (wire === 2 && number <= 2) this.tensor(bytes);
  }

  private tensor(source: ByteSource): void {
    let elements = 1;
    let type = 0;
    let raw: number | undefined;
    let name = '';
    let isExternal = false;
    const external = new Map<string, string>();
    for (const field of fieldsOf(source)) {
      if (field.number === 1) for (const size of dims(field)) elements *= size < 0 ? Number.NaN : size;
      else if (field.number === 2) type = field.value;
      else if (field.number === 8) name = shown(textOf(field));
      else if (field.number === 9) raw = field.bytes.size;
      else if (field.number === 14) isExternal = field.value === 1;
      else if (field.number === 13) pair(field, external);
    }
    const bytes = elementBytes[type];
    if (Number.isNaN(elements) || elements * (bytes ?? 1) > 2 ** 47)
      this.report({
        kind: 'malformed',
        verdict: 'block',
        severity: 'high',
        sentence: `The tensor ${name} has an impossible size.`,
      });
    else if (raw !== undefined && bytes !== undefined && Math.ceil(elements * bytes) !== raw)
      this.report({
        kind: 'malformed',
        verdict: 'block',
        severity: 'high',
        sentence: `The tensor ${name} says that it has ${Math.ceil(elements * bytes)} bytes and has ${raw}.`,
      });
    if (!isExternal && external.size === 0) return;
    const wrong = judgeExternal(name, external, this.target.folder);
    if (wrong !== undefined) this.report(wrong);
  }

  private report(draft: Draft): void {
    if (this.seen.has(draft.sentence)) return;
    this.seen.add(draft.sentence);
    this.scan.report(this.target, draft);
  }
}

/** Repeated numbers, one a field or packed into one. */
function* dims(field: Field): Generator<number> {
  if (field.wire === 0) yield field.value;
  if (field.wire !== 2) return;
  const bytes = field.bytes.read(0, 4096);
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    yield value >= 2 ** 63 ? value - 2 ** 64 : value;
    value = 0;
    scale = 1;
  }
}

function pair(field: Field, into: Map<string, string>): void {
  let key = '';
  let value = '';
  for (const inner of fieldsOf(field.bytes)) {
    if (inner.number === 1) key = textOf(inner);
    else if (inner.number === 2) value = textOf(inner);
  }
  into.set(key, value);
}
