import { createHash } from 'node:crypto';
import type { ModelVersion } from '../../protocol/registry';
import type { BomEvaluation } from './evaluation';
import { considerationsOf, quantitativeAnalysisOf } from './analysis';

export interface BomFile {
  /** In the folder of the model. */
  readonly path: string;
  readonly digest: string;
}

export interface BomModel {
  readonly task: string;
  readonly learner: string;
  readonly label: string;
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
}

export interface BomSubject {
  readonly version: ModelVersion;
  readonly description: string;
  readonly files: readonly BomFile[];
  /** Absent: it is of another tool. */
  readonly model?: BomModel;
  /** Absent: it was registered without. */
  readonly evaluation?: BomEvaluation;
  /** Of its run. */
  readonly params: Readonly<Record<string, string>>;
  /** How its signature stands: `signed`, … */
  readonly signature: string;
  /** Of Modelyard. */
  readonly tool: string;
}

type Properties = readonly { readonly name: string; readonly value: string }[];

/**
 * What a registered version is made of: an ML-BOM of CycloneDX 1.6, the same for the same version. Its component is the
 * model with its card; its files, and the data it was trained on by digest, are what it depends on.
 */
export function bomOf(subject: BomSubject): object {
  const { version, files, tool } = subject;
  const own = `pkg:generic/modelyard/${encodeURIComponent(version.model)}@${version.version}`;
  const data = version.lineage.datasets.map(({ name, digest }) => ({
    type: 'data',
    'bom-ref': `data:${name}@${digest}`,
    name,
    version: digest,
    hashes: [{ alg: 'SHA-256', content: digest }],
    data: [{ type: 'dataset', name, classification: 'training' }],
  }));
  const parts = files.map(({ path, digest }) => ({
    ...{ type: 'file', 'bom-ref': `file:${path}@${digest}`, name: path },
    hashes: [{ alg: 'SHA-256', content: digest }],
  }));
  const components = [...parts, ...data];
  const rest = {
    metadata: {
      timestamp: new Date(version.createdAt).toISOString(),
      tools: { components: [{ type: 'application', name: 'modelyard', version: tool }] },
      ...(version.createdBy !== '' && { authors: [{ name: version.createdBy }] }),
      component: component(subject, own),
    },
    components,
    dependencies: [
      { ref: own, dependsOn: components.map(part => part['bom-ref']) },
      ...components.map(part => ({ ref: part['bom-ref'] })),
    ],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(rest),
    version: 1,
    ...rest,
  };
}

function component(subject: BomSubject, ref: string): object {
  const { version, description, evaluation } = subject;
  const { lineage } = version;
  const analysis = evaluation && quantitativeAnalysisOf(evaluation);
  const considerations = evaluation && considerationsOf(evaluation);
  const text = version.description === '' ? description : version.description;
  return {
    type: 'machine-learning-model',
    'bom-ref': ref,
    name: version.model,
    version: String(version.version),
    ...(text !== '' && { description: text }),
    ...(lineage.modelDigest !== undefined && { hashes: [{ alg: 'SHA-256', content: lineage.modelDigest }] }),
    ...(lineage.gitCommit !== undefined && { pedigree: { commits: [{ uid: lineage.gitCommit }] } }),
    modelCard: {
      modelParameters: modelParameters(subject),
      ...(analysis && { quantitativeAnalysis: analysis }),
      ...(considerations && { considerations }),
    },
    properties: properties(subject),
  };
}

function modelParameters({ model, version, evaluation }: BomSubject): object {
  const task = model?.task ?? evaluation?.task;
  const format = (columns: BomModel['inputs']): readonly object[] =>
    columns.map(({ name, type }) => ({ format: `${name}: ${type}` }));
  return {
    ...(model && { approach: { type: 'supervised' }, modelArchitecture: model.learner }),
    ...(model && { architectureFamily: family(model.learner) }),
    ...(task !== undefined && { task: task === 'regression' ? 'regression' : `${task} classification` }),
    datasets: version.lineage.datasets.map(({ name, digest }) => ({ ref: `data:${name}@${digest}` })),
    ...(model && { inputs: format(model.inputs), outputs: format(model.outputs) }),
  };
}

function family(learner: string): string {
  if (/boost|lightgbm|xgb/i.test(learner)) return 'gradient-boosted trees';
  if (/forest|tree/i.test(learner)) return 'decision trees';
  if (/logistic|linear|ridge|lasso|elastic/i.test(learner)) return 'linear model';
  return /neural|mlp|network|torch|onnx/i.test(learner) ? 'neural network' : learner;
}

/** Where it came from, and how it stands. */
function properties({ version, params, signature, model }: BomSubject): Properties {
  const { lineage, runId, stage } = version;
  const facts: Readonly<Record<string, string | undefined>> = {
    run: runId,
    pipeline: lineage.pipeline,
    'config-sha256': lineage.configDigest,
    'git-commit': lineage.gitCommit,
    'git-dirty': lineage.gitDirty === undefined ? undefined : String(lineage.gitDirty),
    'evaluation-sha256': lineage.evaluationDigest,
    'tests-sha256': lineage.testsDigest,
    label: model?.label,
    stage,
    signature,
    source: version.source,
  };
  const own = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name: `modelyard:${name}`, value }],
  );
  const given = Object.entries(params).map(([name, value]) => ({ name: `modelyard:param:${name}`, value }));
  return [...own, ...given.sort((one, other) => (one.name < other.name ? -1 : 1))];
}

/** A UUID of what the BOM says: version 8, of the content. */
function serialNumber(content: object): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
