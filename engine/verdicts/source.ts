import type { ConfigDiagnostic } from '../protocol/config';
import type { CheckQuery, Verdict, VerdictGroup, VerdictKind } from '../protocol/verdicts';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Selection } from './selection';

/** A verdict before its place in modelyard.yaml is known. */
export interface FoundVerdict extends Omit<Verdict, 'place'> {
  /** Dotted path of the rule in modelyard.yaml: `models.credit-risk.gates.staging.0`. */
  readonly key?: string;
  /** Where it is when it is not in modelyard.yaml, or when its place is known. */
  readonly place?: Verdict['place'];
}

export interface FoundGroup extends Omit<VerdictGroup, 'verdicts'> {
  readonly verdicts: readonly FoundVerdict[];
}

export interface Asked extends CheckQuery {
  readonly selection: Selection;
  /** Undefined: modelyard.yaml has errors. */
  readonly config: WorkspaceConfig | undefined;
  readonly diagnostics: readonly ConfigDiagnostic[];
  /** False: nothing is judged, what was found last is told. */
  readonly fresh: boolean;
  readonly progress: (message: string) => void;
}

/**
 * One kind of rules. To add a kind: its name in `VerdictKind`, an object of this type in `process/wiring/verdicts`, one line in
 * `openVerdicts.ts`. What cannot be judged is a verdict `unknown`, never left out; what a source throws becomes one.
 */
export interface VerdictSource {
  readonly kind: VerdictKind;
  judge(asked: Asked, signal: AbortSignal): Promise<readonly FoundGroup[]>;
}
