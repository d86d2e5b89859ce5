import * as v from 'valibot';
import { ci } from './ci';
import { infrastructure } from './infrastructure';
import { dataset } from './datasets';
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
  ci: v.exactOptional(v.pipe(ci, v.description('What CI workflows are generated from.'))),
  infrastructure: v.exactOptional(
    v.pipe(infrastructure, v.description('What files of Docker, Kubernetes and Terraform are generated from.')),
  ),
  security: v.exactOptional(v.pipe(security, v.description('What model files may do.'))),
  tracking: v.optional(v.pipe(tracking, v.description('What is kept of every run.')), {}),
});
