import type { Texts } from '../content/run';

/** The name of a run of MLflow: its column or, in the oldest stores, its tag. One that never had a name gets the beginning of its id. */
export function runName(name: string | undefined, tags: Texts, id: string): string {
  const found = [name, tags['mlflow.runName']].find(text => text !== undefined && text !== '');
  return found ?? id.slice(0, 8);
}
