import type { ByteSource } from '../bytes/source';
import type { Draft, Scan, Target } from '../scan/scan';
import { shown } from '../pickle/streamWatcher';
import { kerasFindings } from './kerasConfig';
import type { Field } from './protobuf';
import { ProtobufBroken, fieldsOf, textOf } from './protobuf';

/** Operations that reach files, processes or Python. */
const operators: Readonly<Record<string, readonly [Draft['verdict'], Draft['severity'], string]>> = {
  PyFunc: ['block', 'critical', 'calls Python'],
  PyFuncStateless: ['block', 'critical', 'calls Python'],
  EagerPyFunc: ['block', 'critical', 'calls Python'],
  ReadFile: ['block', 'high', 'reads files'],
  WholeFileReader: ['block', 'high', 'reads files'],
  WholeFileReaderV2: ['block', 'high', 'reads files'],
  WriteFile: ['block', 'high', 'writes files'],
  MatchingFiles: ['block', 'high', 'lists files'],
  PrintV2: ['review', 'medium', 'prints, and may do so to a file'],
  DebugIdentityV2: ['review', 'medium', 'sends values to an address'],
  LoadDataset: ['review', 'medium', 'reads files'],
  SaveDataset: ['review', 'medium', 'writes files'],
  RpcCall: ['block', 'high', 'talks to the network'],
};
const mostJsonBytes = 64 * 1024 * 1024;

/** `saved_model.pb`: a version and graphs; `keras_metadata.pb`: objects with JSON; a frozen graph: nodes and versions. */
export type TensorflowKind = 'saved-model' | 'keras-metadata' | 'graph';

/** Which protobuf of TensorFlow it is, if any. */
export function tensorflowKind(source: ByteSource): TensorflowKind | undefined {
  try {
    const seen = new Map<number, Field>();
    for (const field of fieldsOf(source)) {
      if (field.number > 8) return undefined;
      if (!seen.has(field.number)) seen.set(field.number, field);
    }
    const first = seen.get(1);
    const second = seen.get(2);
    if (first?.wire === 0 && second?.wire === 2 && seen.size === 2)
      return hasGraph(second.bytes) ? 'saved-model' : undefined;
    if (first?.wire !== 2) return undefined;
    const fields = [...fieldsOf(first.bytes)];
    if (fields.some(field => field.number === 4 && textOf(field).startsWith('_tf_keras_'))) return 'keras-metadata';
    const isNode =
      fields.some(({ number, wire }) => number === 2 && wire === 2) && fields.every(({ number }) => number <= 7);
    return isNode && seen.has(4) ? 'graph' : undefined;
  } catch (error) {
    if (error instanceof ProtobufBroken) return undefined;
    throw error;
  }
}

const hasGraph = (meta: ByteSource): boolean =>
  [...fieldsOf(meta)].some(({ number, wire }) => number === 2 && wire === 2);

export function scanTensorflow(scan: Scan, target: Target, kind: TensorflowKind): void {
  try {
    const found = new Set<string>();
    if (kind === 'keras-metadata') metadata(scan, target);
    else if (kind === 'graph') graph(scan, target.source, found);
    else
      for (const meta of fieldsOf(target.source))
        if (meta.number === 2 && meta.wire === 2)
          for (const field of fieldsOf(meta.bytes))
            if (field.number === 2 && field.wire === 2) graph(scan, field.bytes, found);
    for (const operator of found) {
      const rule = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
      if (rule === undefined) continue;
      const [verdict, severity, what] = rule;
      scan.report(target, {
        kind: 'tensorflow-operator',
        verdict,
        severity,
        sentence: `The graph has an operation ${operator}, which ${what}.`,
      });
    }
  } catch (error) {
    if (!(error instanceof ProtobufBroken)) throw error;
    scan.report(target, {
      kind: 'malformed',
      verdict: 'block',
      severity: 'high',
      sentence: `The graph cannot be read: ${error.message}.`,
    });
  }
}

/** `GraphDef`: nodes, and functions with nodes of their own. */
function graph(scan: Scan, source: ByteSource, found: Set<string>): void {
  scan.tick();
  for (const field of fieldsOf(source)) {
    if (field.wire !== 2) continue;
    if (field.number === 1) node(field.bytes, found);
    else if (field.number === 2)
      for (const item of fieldsOf(field.bytes))
        if (item.number === 1 && item.wire === 2)
          for (const inner of fieldsOf(item.bytes))
            if (inner.number === 3 && inner.wire === 2) node(inner.bytes, found);
  }
}

function node(source: ByteSource, found: Set<string>): void {
  for (const field of fieldsOf(source))
    if (field.number === 2 && field.wire === 2 && found.size < 100_000) found.add(textOf(field));
}

/** Of each object of Keras a JSON text. */
function metadata(scan: Scan, target: Target): void {
  for (const object of fieldsOf(target.source)) {
    if (object.number !== 1 || object.wire !== 2) continue;
    for (const field of fieldsOf(object.bytes)) {
      if (field.number !== 5 || field.wire !== 2) continue;
      scan.tick();
      const text = field.bytes.read(0, Math.min(field.bytes.size, mostJsonBytes)).toString('utf8');
      try {
        const parsed: unknown = JSON.parse(text);
        for (const draft of kerasFindings(parsed)) scan.report(target, draft);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        scan.report(target, {
          kind: 'malformed',
          verdict: 'block',
          severity: 'high',
          sentence: `An object of Keras has a config that is no JSON: ${shown(text.slice(0, 40))}.`,
        });
      }
    }
  }
}
