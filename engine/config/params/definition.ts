import { createHash } from 'node:crypto';
import { digest } from '../../ids';
import type { Digest } from '../../protocol/ids';
import type { Structure } from '../parse';
import { child, entriesOf, textsOf, toPlain } from '../yaml/tree';

/** What a pipeline is, before `${{ … }}` is filled in. */
export interface PipelineDefinition {
  /** Over what decides about what it makes: not over its description, its triggers, how many steps run at a time. */
  readonly digest: Digest;
  /** What its commands read, of which the path is the same for all partitions. */
  readonly files: readonly string[];
}

const deciding = ['params', 'env', 'environment', 'executor', 'steps'];

/** @param params given for one run, instead of those in the file */
export function pipelineDefinition(
  { raw }: Pick<Structure, 'raw'>,
  pipeline: string,
  params: Readonly<Record<string, string>> = {},
): PipelineDefinition {
  const node = child(child(raw, 'pipelines'), pipeline);
  const parts = deciding.map(key => {
    const part = child(node, key);
    return part ? toPlain(part) : null;
  });
  const datasets = child(raw, 'datasets');
  const text = JSON.stringify([parts, datasets ? toPlain(datasets) : null, Object.entries(params).sort()]);
  const read = entriesOf(child(node, 'steps')).flatMap(({ value }) => textsOf(child(value, 'deps')));
  const files = read.map(({ value }) => value).filter(file => !file.includes('${{'));
  return { digest: digest(createHash('sha256').update(text).digest('hex')), files: [...new Set(files)] };
}
