import type { DebugRuntime } from './debug';
import type { Waiver } from './waivers';

/** Positions in a text: lines and columns count from 1, `end` is exclusive. */
export interface TextRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type Severity = 'error' | 'warning' | 'information';

export interface ConfigDiagnostic {
  readonly severity: Severity;
  /** `unknown-key`, `unknown-dataset`, `yaml`, `cycle`, ... stable, for tests and quick fixes. */
  readonly code: string;
  readonly message: string;
  readonly range: TextRange;
  /** Dotted path of the key. */
  readonly key: string;
  /** What was probably meant: replaces the text of `range`. */
  readonly suggestion?: string;
}

export interface CompletionEntry {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'reference' | 'column' | 'function';
  readonly detail: string;
  /** Markdown */
  readonly documentation?: string;
  readonly insertText: string;
  readonly range: TextRange;
}

export interface HoverInfo {
  /** Markdown */
  readonly contents: string;
  readonly range: TextRange;
}

export interface ConfigLocation {
  readonly file: string;
  readonly range: TextRange;
}

/** What the editor puts code lenses and last results on. */
export interface ConfigOutline {
  readonly name: string;
  readonly pipelines: readonly OutlinePipeline[];
  readonly models: readonly OutlineModel[];
  readonly datasets: readonly OutlineNode[];
  /** Feature views. */
  readonly features: readonly OutlineFeatureView[];
  /** Feature services. */
  readonly services: readonly OutlineNode[];
  /** The key `ci`. */
  readonly ci?: TextRange;
}
export interface OutlineNode {
  readonly name: string;
  /** The key itself. */
  readonly range: TextRange;
}
export interface OutlinePipeline extends OutlineNode {
  /** The key `on`. */
  readonly on?: TextRange;
  readonly steps: readonly (OutlineNode & { readonly uses: string; readonly debug?: DebugRuntime })[];
}
export interface OutlineFeatureView extends OutlineNode {
  /** Its values are computed when they are asked for: there is nothing to materialise. */
  readonly isOnDemand: boolean;
}
export interface OutlineModel extends OutlineNode {
  readonly stages: readonly (OutlineNode & { readonly rules: readonly TextRange[] })[];
}

/** How a rule is to change. `bound`: so that what was observed passes, rounded so that it surely does. */
export type RuleChange = (
  | { readonly set: 'waive'; readonly waiver: Waiver }
  | {
      readonly set: 'bound';
      readonly observed: number;
      /** Of a check whose entry does not say it, and has that of its kind: which of the two it is. */
      readonly bound?: 'at_least' | 'at_most';
    }
) & {
  /** The rule stands at the key only as one check of a suite: it gets an entry of its own behind that. */
  readonly check?: string;
};

/** Replaces what is in the range. */
export interface ConfigEdit {
  readonly range: TextRange;
  readonly text: string;
}

export interface ConfigPosition {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}
