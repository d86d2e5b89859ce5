import { matrixNames } from '../matrix/expandMatrices';
import { partitionNames } from '../params/partitionValues';
import { child, entriesOf } from '../yaml/tree';
import type { Cursor } from './cursor';
import type { Proposal } from './proposals';

/** Within `${{ … }}` the names that have a value there; undefined elsewhere. `before`: the text before the word. */
export function expressionProposals(before: string, { reading, target }: Cursor): readonly Proposal[] | undefined {
  if (!/\$\{\{[^{}\n]*$/.test(before) || target.kind !== 'value') return undefined;
  const [section, pipelineName, part, step] = target.site.path.map(String);
  if (section !== 'pipelines' || pipelineName === undefined) return [];
  const pipeline = child(child(reading.tree.root, 'pipelines'), pipelineName);
  const params = entriesOf(child(pipeline, 'params')).map(({ key }) => ({
    label: `params.${key}`,
    detail: 'parameter',
  }));
  const partitions = child(pipeline, 'partitions');
  const known = partitions?.kind === 'list' ? partitionNames.slice(0, 1) : partitions ? partitionNames : [];
  const partition = known.map(label => ({ label, detail: 'partition' }));
  const names = part === 'steps' && step !== undefined ? matrixNames(child(pipeline, 'steps'), step) : [];
  const matrix = names.map(name => ({ label: `matrix.${name}`, detail: 'matrix' }));
  return [...params, ...matrix, ...partition].map(({ label, detail }) => ({
    label,
    kind: 'value',
    detail,
    insertText: label,
  }));
}
