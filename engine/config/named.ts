import type { Span } from './yaml/lineIndex';
import type { MapEntry, TreeNode } from './yaml/tree';

/** What has a name in the file, read leniently: also from a text that has errors elsewhere. */
export interface Names {
  readonly name: string;
  readonly datasets: ReadonlyMap<string, Named>;
  readonly pipelines: ReadonlyMap<string, NamedPipeline>;
  readonly models: ReadonlyMap<string, NamedModel>;
  readonly entities: ReadonlyMap<string, Named>;
  readonly views: ReadonlyMap<string, NamedView>;
  readonly services: ReadonlyMap<string, NamedService>;
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

/** A name at its place. */
export type Word = Span & { readonly value: string };

export interface NamedView extends Named {
  readonly isOnDemand: boolean;
  readonly entities: readonly Word[];
  readonly source?: string;
  /** Of an on-demand view: features of others. */
  readonly uses: readonly Word[];
  /** In the order of the file; a name may be there twice. */
  readonly features: readonly NamedFeature[];
}

export interface NamedFeature extends Named {
  readonly kind: 'column' | 'expression' | 'window';
  /** Dotted. */
  readonly path: string;
  /** Of the source, of a feature that is one. */
  readonly column?: string;
}

export interface NamedService extends Named {
  readonly features: readonly Word[];
}
