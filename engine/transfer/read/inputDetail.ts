import type { InputFacts, Texts } from '../content/run';

export interface MlflowDataset {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema: string | undefined;
  readonly profile: string | undefined;
  readonly tags: Texts;
}

const CONTEXT = 'mlflow.data.context';

/** A dataset of MLflow as tracking keeps what a client logs. */
export function inputDetail(dataset: MlflowDataset): InputFacts {
  const { name, digest, sourceType, source, schema, profile } = dataset;
  const others = Object.entries(dataset.tags)
    .filter(([key]) => key !== CONTEXT)
    .map(([key, value]) => ({ key, value }));
  const detail = {
    source_type: sourceType,
    source,
    ...(schema !== undefined && { schema }),
    ...(profile !== undefined && { profile }),
    ...(others.length > 0 && { tags: others }),
  };
  return { dataset: name, digest, context: dataset.tags[CONTEXT] ?? '', detail: JSON.stringify(detail) };
}
