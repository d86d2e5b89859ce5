import * as v from 'valibot';
import { ci } from './ci';
import { infrastructure } from './infrastructure';
import { dataset } from './datasets';
import { entity } from './features/entity';
import { onlineStore } from './features/onlineStore';
import { service } from './features/service';
import { featureView, viewName } from './features/view';
import { model } from './models';
import { pipeline } from './pipelines';
import { security } from './security';
import { name, text } from './terms';
import { tracking } from './tracking';

/** The whole of modelyard.yaml. */
export const workspace = v.strictObject({
  name: v.pipe(
    text(),
    v.maxLength(100, 'out-of-range|may have at most 100 characters'),
    v.description('Name of the workspace, as it is shown.'),
  ),
  datasets: v.optional(
    v.pipe(
      v.record(
        name('dataset'),
        v.pipe(dataset, v.description('A file of rows, and what must hold for it.')),
        'must be a mapping of names to datasets',
      ),
      v.description('The data, by name.'),
    ),
    {},
  ),
  pipelines: v.optional(
    v.pipe(
      v.record(
        name('pipeline'),
        v.pipe(pipeline, v.description('Steps that together make something.')),
        'must be a mapping of names to pipelines',
      ),
      v.description('What can be run, by name.'),
    ),
    {},
  ),
  models: v.optional(
    v.pipe(
      v.record(
        name('model'),
        v.pipe(model, v.description('A registered model: its stages and gates.')),
        'must be a mapping of names to models',
      ),
      v.description('The registered models, by name.'),
    ),
    {},
  ),
  entities: v.exactOptional(
    v.pipe(
      v.record(
        name('entity'),
        v.pipe(entity, v.description('Something that features are about, such as a customer.')),
        'must be a mapping of names to entities',
      ),
      v.description('What features are about, by name.'),
    ),
  ),
  features: v.exactOptional(
    v.pipe(
      v.record(
        viewName,
        v.pipe(featureView, v.description('A feature view: features that are computed from the same rows.')),
        'must be a mapping of names to feature views',
      ),
      v.description('The feature views, by name.'),
    ),
  ),
  feature_services: v.exactOptional(
    v.pipe(
      v.record(
        name('feature service'),
        v.pipe(service, v.description('The features that a version of a model uses.')),
        'must be a mapping of names to feature services',
      ),
      v.description('What models use, by name: the same features in training and when served.'),
    ),
  ),
  online_store: v.exactOptional(
    v.pipe(
      onlineStore,
      v.description('Where features are kept that are asked for one by one. Without it: in the workspace.'),
    ),
  ),
  ci: v.exactOptional(v.pipe(ci, v.description('What CI workflows are generated from.'))),
  infrastructure: v.exactOptional(
    v.pipe(infrastructure, v.description('What files of Docker, Kubernetes and Terraform are generated from.')),
  ),
  security: v.exactOptional(v.pipe(security, v.description('What model files may do.'))),
  tracking: v.optional(v.pipe(tracking, v.description('What is kept of every run.')), {}),
});
