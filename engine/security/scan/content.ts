import { isOnnx, scanOnnx } from '../formats/onnx';
import { scanGguf } from '../formats/gguf';
import { scanHdf5 } from '../formats/hdf5';
import { scanPacked } from '../formats/inflate';
import type { Magic } from '../formats/magic';
import { magicOf } from '../formats/magic';
import { scanNpy } from '../formats/npy';
import { isSafetensors, scanSafetensors } from '../formats/safetensors';
import { scanTar } from '../formats/tar';
import { scanTensorflow, tensorflowKind } from '../formats/tensorflow';
import { isTorchScript, scanTorchScript } from '../formats/torchScript';
import { isText, scanText } from '../formats/text';
import { scanZip } from '../formats/zip';
import { findEmbedded } from '../pickle/embedded';
import { scanPickles } from '../pickle/scanPickles';
import type { Draft, Scan, Target } from './scan';

/** Names by which programs take a file for a pickle. */
const pickleName = /\.(?:pkl|pickle|joblib|dill|cloudpickle|p)(?:\.(?:gz|z|bz2|xz|lzma|lz4))?$/i;
const packedName = /\.(?:gz|z|tgz)$/i;
const programName = /\.(?:py|pyc|pyd|pyw|so|dll|dylib|exe|sh|bat|ps1|jar|class)$/i;
/** What a file of such a name has to be. */
const promised: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.npy$/i, ['npy']],
  [/\.npz$/i, ['zip']],
  [/\.keras$/i, ['zip', 'hdf5']],
  [/\.(?:h5|hdf5)$/i, ['hdf5']],
  [/\.onnx$/i, ['onnx']],
  [/\.safetensors$/i, ['safetensors']],
  [/\.gguf$/i, ['gguf']],
  [/\.zip$/i, ['zip']],
];

/**
 * Scans content by all the formats that it can be read as; its name never keeps it from being taken for something.
 * @returns what it is: `zip`, `pickle`, …; several where it can be read in several ways
 */
export function scanContent(scan: Scan, target: Target): readonly string[] {
  if (target.source.size === 0) return ['empty'];
  const formats = containers(scan, target);
  if (target.within !== 'value' && formats.length === 0) formats.push(...graphs(scan, target));
  const magic = formats.length === 0 ? magicOf(target.source) : undefined;
  const says = saysPickle(target);
  if (says && formats.length === 0 && magic?.as !== 'packed') scanPickles(scan, target, 'pickle');
  // As a pickle a zip begins with an id for its loader, and PyTorch's loader, which knows ids, reads it as a zip.
  const isPlainZip = formats.includes('zip') && target.source.read(0, 4).toString('latin1') === 'PK\x03\x04';
  const isOne = says && formats.length === 0 && magic?.as !== 'packed';
  if (isOne || (!isPlainZip && scanPickles(scan, target, 'guess'))) formats.push('pickle');
  if (target.within === 'value') return formats;
  if (formats.length === 0) formats.push(...rest(scan, target, magic));
  promise(scan, target, formats);
  if (target.within === 'torch' && isTorchScript(target)) scanTorchScript(scan, target);
  else if (programName.test(target.name) && !formats.includes('program'))
    scan.report(
      target,
      review(
        'program',
        'medium',
        'It is a program: what it does when it runs is nothing that a scan of models can tell.',
      ),
    );
  return formats;
}

function containers(scan: Scan, target: Target): string[] {
  const formats: string[] = [];
  if (scanZip(scan, target) !== undefined) formats.push('zip');
  if (scanNpy(scan, target)) formats.push('npy');
  if (target.within !== 'value' && scanTar(scan, target)) formats.push('tar');
  if (scanHdf5(scan, target)) formats.push('hdf5');
  if (scanGguf(scan, target)) formats.push('gguf');
  const method = packedBy(target);
  if (method !== undefined) {
    const as = { ...target, inner: [...target.inner, method], name: target.name.replace(/\.(?:gz|z|tgz)$/i, '') };
    const isGuess = !packedName.test(target.name);
    if (scanPacked(scan, target.source, { method, as, around: target, isGuess }) !== undefined) formats.push(method);
  }
  return formats;
}

function graphs(scan: Scan, target: Target): string[] {
  if (isSafetensors(target)) {
    scanSafetensors(scan, target);
    return ['safetensors'];
  }
  if (isOnnx(target.source) || /\.(?:onnx|ort)$/i.test(target.name)) {
    scanOnnx(scan, target);
    return ['onnx'];
  }
  const kind = tensorflowKind(target.source);
  if (kind === undefined) return [];
  scanTensorflow(scan, target, kind);
  return [`tensorflow ${kind}`];
}

/** The header of a pickle, or a name that has it opened as one. */
function saysPickle({ source, name, within }: Target): boolean {
  const [first, second = 0] = source.read(0, 2);
  return (first === 0x80 && second <= 5) || (within !== 'value' && pickleName.test(name));
}

function packedBy({ source }: Target): 'gzip' | 'zlib' | undefined {
  const [first, second = 0] = source.read(0, 2);
  if (first === 0x1f && second === 0x8b) return 'gzip';
  return first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second) ? 'zlib' : undefined;
}

/** What none of the readers knows. */
function rest(scan: Scan, target: Target, magic: Magic | undefined): string[] {
  if (magic?.as === 'packed') {
    scan.report(
      target,
      review(
        'unreadable',
        'medium',
        `It is packed with ${magic.format}, which this scan does not unpack: nobody has looked at what is in it.`,
      ),
    );
    return [magic.format];
  }
  if (magic?.as === 'program') {
    scan.report(target, review('program', 'medium', `It is a program (${magic.format}).`));
    return ['program'];
  }
  if (isText(target)) {
    scanText(scan, target);
    findEmbedded(scan, target);
    return ['text'];
  }
  if (target.within !== 'torch') findEmbedded(scan, target);
  if (magic !== undefined) return [magic.format];
  if (target.within !== 'torch')
    scan.report(target, review('unknown-format', 'low', 'It is in no format that this scan knows.'));
  return ['unknown'];
}

function promise(scan: Scan, target: Target, formats: readonly string[]): void {
  const [, wanted] = promised.find(([name]) => name.test(target.name)) ?? [];
  if (wanted === undefined || wanted.some(format => formats.includes(format))) return;
  const sentence = `By its name it is ${wanted.join(' or ')}, by its content it is not: it is cut off, or named to mislead.`;
  scan.report(target, { kind: 'malformed', verdict: 'block', severity: 'medium', sentence });
}

const review = (...[kind, severity, sentence]: [Draft['kind'], Draft['severity'], string]): Draft => ({
  kind,
  severity,
  sentence,
  verdict: 'review',
});
