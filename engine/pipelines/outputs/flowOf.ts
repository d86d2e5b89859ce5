import type { FlowInput, StepFlow, StepMade } from '../../protocol/pipelines';
import { changesOf, changesText } from '../cache/explain';
import type { Parts } from '../cache/parts';
import type { StoredFlow, StoredStep } from './flowStore';
import { outputDigest } from './outputs';

/** What a step of a run has read and made. */
export const stepFlow = ({ name, parts = {}, outputs }: StoredFlow): StepFlow => ({
  name,
  reads: Object.entries(parts).flatMap(([part, value]) => inputOf(part, value) ?? []),
  made: outputs.map(output => ({
    kind: output.kind,
    ...(output.artifactPath !== undefined && { artifactPath: output.artifactPath }),
    digest: outputDigest(output),
    size: output.files.reduce((sum, { size }) => sum + size, 0),
    files: output.files.length,
  })),
});

/** The parts that are contents: `data applications`, `input split`, `file src/train.py`. */
function inputOf(part: string, value: string): FlowInput | undefined {
  const [, kind, name = ''] = /^(data|input|file) (.+)$/.exec(part) ?? [];
  if (kind !== 'data' && kind !== 'input' && kind !== 'file') return undefined;
  // behind the digest of a model stands that of what it was made of
  const [digest = ''] = value.split(' ');
  return { kind, name, ...(/^[0-9a-f]{64}$/.test(digest) && { digest }) };
}

/** What a step was made of beside what it was made of before. `pathOf`: of a dataset's file. */
export function stepMade({ parts, before }: StoredStep, pathOf: (dataset: string) => string): StepMade {
  const changes = parts && before?.parts ? changesOf(before.parts, parts) : [];
  const reason = reasonOf({ parts, before }, changesText(changes, { path: pathOf }));
  return {
    parts: parts ?? {},
    ...(before && { before: before.origin }),
    changes,
    ...(reason !== undefined && { reason }),
  };
}

function reasonOf(
  { parts, before }: { readonly parts: Parts | undefined; readonly before: StoredStep['before'] },
  changed: string,
): string | undefined {
  if (before === undefined) return 'no earlier run';
  if (parts === undefined || before.parts === undefined) return undefined;
  return changed === '' ? `nothing has changed since r-${before.origin.run}` : changed;
}
