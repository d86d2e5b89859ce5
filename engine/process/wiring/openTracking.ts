import { modelArtifactRoot } from '../../mlflow/loggedModelCalls';
import type { RegistryService } from '../../registry/service';
import type { Store } from '../../store/store';
import { TrackingService } from '../../tracking/service';
import type { Emit } from '../engine';

/** Runs, of which the registry says what became a version of a model. */
export const openTracking = (store: Store, emit: Emit, registry: () => RegistryService): TrackingService =>
  new TrackingService({
    store,
    events: {
      runsChanged: runs => emit('runs/changed', { runIds: runs.map(({ runId }) => runId) }),
      points: (runId, points) => emit('run/points', { runId, points }),
    },
    partOf: (runId, file) => registry().partOf(runId, file),
    modelPartOf: (model, file) => registry().partOfStored(`${modelArtifactRoot(model)}/${file}`),
  });
