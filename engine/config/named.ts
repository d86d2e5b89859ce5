import type { Span } from './yaml/lineIndex';
import type { MapEntry, TreeNode } from './yaml/tree';

/** What has a name in the file, read leniently: also from a text that has errors elsewhere. */
export interface Names {
  readonly name: string;
  readonly datasets: ReadonlyMap<string, Named>;
  readonly pipelines: ReadonlyMap<string, NamedPipeline>;
  readonly models: ReadonlyMap<string, NamedModel>;
  /** The first step that names a model, by model. */
  readonly users: ReadonlyMap<string, { readonly pipeline: NamedPipeline; readonly step: NamedStep }>;
}

export interface Named {
  readonly name: string;
  readonly keySpan: Span;
  readonly node: TreeNode;
}

export interface NamedPipeline extends Named {
  readonly steps: ReadonlyMap<string, NamedStep>;
}

export interface NamedStep extends Named {
  /** `run` for a command; empty when neither is written. */
  readonly uses: string;
  /** The command, as it is written. */
  readonly run?: string;
  readonly needs: readonly (Span & { readonly value: string })[];
  readonly options?: TreeNode;
}

export interface NamedModel extends Named {
  readonly stages: ReadonlyMap<string, Span>;
  readonly gates: readonly MapEntry[];
}
