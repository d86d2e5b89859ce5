import * as v from 'valibot';
import { pythonJson } from '../../mlflow/json';
import { modelArtifactRoot } from '../../mlflow/loggedModelCalls';
import type { TrackingService } from '../../tracking/service';

export interface RegistrableModels {
  find(id: string): { readonly artifactUri: string; readonly sourceRunId?: string } | undefined;
  /** Notes in its tags that a version was made of it. */
  registered(id: string, version: { readonly name: string; readonly version: number }): void;
}

/** The tag in which MLflow's clients keep the versions that were made of a logged model. */
const VERSIONS = 'mlflow.modelVersions';
const Versions = v.pipe(v.string(), v.parseJson(), v.array(v.object({ name: v.string(), version: v.number() })));

/** Logged models as a registry asks for them. */
export const registrableModels = ({ models }: Pick<TrackingService, 'models'>): RegistrableModels => ({
  find: id => {
    const model = models.find(id);
    if (model === undefined) return undefined;
    return { artifactUri: modelArtifactRoot(model), ...(model.sourceRun !== '' && { sourceRunId: model.sourceRun }) };
  },
  registered: (id, version) => {
    const known = v.safeParse(Versions, models.get(id).tags[VERSIONS]);
    const others = (known.success ? known.output : []).filter(
      one => one.name !== version.name || one.version !== version.version,
    );
    models.setTags(id, { [VERSIONS]: pythonJson([...others, version]) });
  },
});
