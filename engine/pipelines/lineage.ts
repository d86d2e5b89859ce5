import { posix } from 'node:path';
import * as v from 'valibot';
import { pipelineRunId, runId } from '../ids';
import type { LineageRelation, LineageThing } from '../protocol/lineage';
import type { LineageRef, LineageSource, Link, LinkRequest } from '../protocol/lineageSource';
import type { PipelineRunId, RunId } from '../protocol/ids';
import type { FlowOutput, StepFlow } from '../protocol/pipelines';
import type { Database, Row } from '../store/database';
import type { LinkTable } from '../store/linkTable';
import { asked, askedKeys, readLinks } from '../store/linkTable';
import { integer, text } from '../store/row';
import { stepFlow } from './outputs/flowOf';
import { FlowStore } from './outputs/flowStore';
import { stepStatus } from './store';

const tables: readonly LinkTable[] = [
  {
    ...{ from: 'file', to: 'run', relation: 'read' },
    // no index: the parts of all steps are gone through, which is done for one file that somebody asks about
    down: `SELECT DISTINCT j.key AS source, CAST(p.run_id AS TEXT) AS target, p.run_id AS rank
      FROM ${asked} CROSS JOIN pipeline_step s ON instr(s.parts, json_quote('file ' || j.value)) > 0
      JOIN pipeline_run p ON p.id = s.pipeline_run_id`,
    up: `SELECT DISTINCT j.key AS source, substr(f.key, 6) AS target, 0 AS rank
      FROM ${asked} CROSS JOIN pipeline_run p ON p.run_id = CAST(j.value AS INTEGER)
      JOIN pipeline_step s ON s.pipeline_run_id = p.id JOIN json_each(s.parts) f
      WHERE f.key >= 'file ' AND f.key < 'file!'`,
  },
  {
    ...{ from: 'run', to: 'run', relation: 'reused' },
    down: `SELECT DISTINCT j.key AS source, CAST(p.run_id AS TEXT) AS target, p.run_id AS rank
      FROM ${asked} CROSS JOIN run r ON r.id = CAST(j.value AS INTEGER)
      JOIN pipeline_step s ON s.cached_from IS NOT NULL AND s.cached_from ->> 'runId' = r.uuid
      JOIN pipeline_run p ON p.id = s.pipeline_run_id WHERE p.run_id <> r.id`,
    up: `SELECT DISTINCT j.key AS source, CAST(r.id AS TEXT) AS target, r.id AS rank
      FROM ${asked} CROSS JOIN pipeline_run p ON p.run_id = CAST(j.value AS INTEGER)
      JOIN pipeline_step s ON s.pipeline_run_id = p.id AND s.cached_from IS NOT NULL
      JOIN run r ON r.uuid = s.cached_from ->> 'runId' WHERE r.id <> p.run_id`,
  },
];

/** Of a pipeline run: what went through its steps. */
interface RunFlow {
  readonly number: number;
  readonly id: PipelineRunId;
  readonly pipeline: string;
  readonly runId: RunId;
  /** Of the tracked run. */
  readonly run: number;
  readonly steps: readonly StepFlow[];
}

interface Place {
  readonly flow: RunFlow;
  readonly step: StepFlow;
  readonly output?: { readonly index: number; readonly made: FlowOutput };
}

/** The files that steps read, what runs took from earlier ones; and, where it is asked for, the steps of a run. */
export class PipelineLineage implements LineageSource {
  readonly kinds = ['step', 'output'] as const;
  readonly #flows: FlowStore;

  constructor(private readonly db: Database) {
    this.#flows = new FlowStore(db);
  }

  links(request: LinkRequest): readonly Link[] {
    const links = readLinks(this.db, tables, request);
    return request.steps === true ? [...links, ...this.#stepLinks(request)] : links;
  }

  describe(refs: readonly LineageRef[]): readonly LineageThing[] {
    const steps = this.db
      .prepare(
        `SELECT p.id, p.uuid, p.pipeline, s.name, s.uses, s.status, s.cached_from FROM ${asked}
         CROSS JOIN pipeline_run p ON p.id = CAST(j.tail AS INTEGER)
         JOIN pipeline_step s ON s.pipeline_run_id = p.id AND s.name = j.name`,
      )
      .all([askedKeys(refs.filter(({ kind }) => kind === 'step'))])
      .map(stepNode);
    const outputs = refs.flatMap(ref => {
      const place = ref.kind === 'output' ? this.#place(ref) : undefined;
      return place?.output ? [outputNode(place.flow, { ref, made: place.output.made })] : [];
    });
    return [...steps, ...outputs];
  }

  /** People have no names for them. */
  find(): undefined {
    return undefined;
  }

  #stepLinks({ from, way }: LinkRequest): readonly Link[] {
    return from.flatMap(ref => {
      const next = (way === 'down' ? this.#after(ref) : this.#before(ref)).map(({ kind, key, relation }) => ({
        ...{ from: ref, to: { kind, key }, relation },
      }));
      const alike = (one: (typeof next)[number]) =>
        next.filter(({ relation, to }) => relation === one.relation && to.kind === one.to.kind);
      return next.map(link => ({ ...link, total: alike(link).length }));
    });
  }

  #after(ref: LineageRef): readonly (LineageRef & { relation: LineageRelation })[] {
    if (ref.kind === 'run') {
      const flow = this.#flowOf('p.run_id = ?', Number(ref.key));
      return flow?.steps.map(({ name }) => ({ kind: 'step', key: `${name}@${flow.number}`, relation: 'part' })) ?? [];
    }
    const place = this.#place(ref);
    if (!place) return [];
    const { flow, step, output } = place;
    if (!output)
      return step.made.map((made, at) =>
        setOf(made) === undefined
          ? { kind: 'output', key: outputKey(flow, step, at), relation: 'made' }
          : { kind: 'data', key: `${setOf(made)}@${made.digest}`, relation: 'made' },
      );
    return flow.steps
      .filter(({ name, reads }) => name !== step.name && reads.some(input => isSame(input, output.made)))
      .map(({ name }) => ({ kind: 'step', key: `${name}@${flow.number}`, relation: 'read' }));
  }

  #before(ref: LineageRef): readonly (LineageRef & { relation: LineageRelation })[] {
    if (ref.kind === 'data') return this.#makers(ref);
    const place = this.#place(ref);
    if (!place) return [];
    const { flow, step, output } = place;
    if (output) return [{ kind: 'step', key: `${step.name}@${flow.number}`, relation: 'made' }];
    return step.reads.flatMap((input): (LineageRef & { relation: LineageRelation })[] => {
      const { kind, name, digest } = input;
      if (kind === 'file') return [{ kind: 'file', key: name, relation: 'read' }];
      if (kind === 'data')
        return digest === undefined ? [] : [{ kind: 'data', key: `${name}@${digest}`, relation: 'read' }];
      return flow.steps.flatMap(earlier =>
        earlier.made.flatMap((made, at) =>
          earlier.name !== step.name && isSame(input, made)
            ? [{ kind: 'output' as const, key: outputKey(flow, earlier, at), relation: 'read' as const }]
            : [],
        ),
      );
    });
  }

  /** The step that first made a training set; others took it over. */
  #makers({ key }: LineageRef): readonly (LineageRef & { relation: LineageRelation })[] {
    const at = key.lastIndexOf('@');
    const row = this.db
      .prepare(
        `SELECT a.run_id FROM artifact a JOIN pipeline_run p ON p.run_id = a.run_id
         WHERE a.digest = ? AND a.path >= 'training_sets/' AND a.path < 'training_sets0' ORDER BY p.id LIMIT 1`,
      )
      .get([key.slice(at + 1)]);
    const flow = row && this.#flowOf('p.run_id = ?', integer(row, 'run_id'));
    const made = flow?.steps.find(step => step.made.some(one => `${setOf(one)}@${one.digest}` === key));
    return flow && made ? [{ kind: 'step', key: `${made.name}@${flow.number}`, relation: 'made' }] : [];
  }

  #place({ kind, key }: LineageRef): Place | undefined {
    if (kind !== 'step' && kind !== 'output') return undefined;
    const [, index, name = '', number] = /^(?:(\d+)\/)?(.*)@(\d+)$/s.exec(key) ?? [];
    const flow = this.#flowOf('p.id = ?', Number(number));
    const wanted = kind === 'step' && index !== undefined ? `${index}/${name}` : name;
    const step = flow?.steps.find(one => one.name === wanted);
    if (!flow || !step) return undefined;
    const made = kind === 'output' ? step.made[Number(index)] : undefined;
    if (kind === 'output' && !made) return undefined;
    return { flow, step, ...(made && { output: { index: Number(index), made } }) };
  }

  #flowOf(where: string, value: number): RunFlow | undefined {
    const row = this.db
      .prepare(
        `SELECT p.id, p.uuid, p.pipeline, p.run_id, r.uuid AS run_uuid FROM pipeline_run p
         JOIN run r ON r.id = p.run_id WHERE ${where} ORDER BY p.id LIMIT 1`,
      )
      .get([value]);
    if (row === undefined) return undefined;
    const id = pipelineRunId(text(row, 'uuid'));
    return {
      ...{ number: integer(row, 'id'), id, pipeline: text(row, 'pipeline'), run: integer(row, 'run_id') },
      runId: runId(text(row, 'run_uuid')),
      steps: this.#flows.steps(id).map(stepFlow),
    };
  }
}

/** The dataset that a step has made as a training set. */
const setOf = ({ kind, artifactPath }: FlowOutput): string | undefined =>
  kind === 'training-set' && artifactPath !== undefined ? posix.parse(artifactPath).name : undefined;

const outputKey = ({ number }: RunFlow, { name }: StepFlow, index: number): string => `${index}/${name}@${number}`;

const isSame = (input: StepFlow['reads'][number], made: FlowOutput): boolean =>
  input.digest === made.digest &&
  (input.kind === 'input' ? input.name === made.kind : input.kind === 'file' && input.name === made.artifactPath);

function stepNode(row: Row): LineageThing {
  const status = v.parse(stepStatus, row['status']);
  return {
    ...{ kind: 'step', id: `step:${text(row, 'name')}@${integer(row, 'id')}` },
    status: status === 'succeeded' && row['cached_from'] !== null ? 'cached' : status,
    ...{ pipeline: text(row, 'pipeline'), pipelineRun: pipelineRunId(text(row, 'uuid')) },
    ...{ step: text(row, 'name'), uses: text(row, 'uses') },
  };
}

const outputNode = (
  flow: RunFlow,
  { ref, made }: { readonly ref: LineageRef; readonly made: FlowOutput },
): LineageThing => ({
  kind: 'output',
  id: `output:${ref.key}`,
  runId: flow.runId,
  path: made.artifactPath ?? made.kind,
  size: made.size,
  files: made.files,
});
