import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { KubeServer } from './kubeServer';
import { temporaryFolder } from './store';

interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}
interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly workingDir: string;
  readonly env: readonly EnvVar[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
interface Spec {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly initContainers: readonly Container[]; readonly containers: readonly Container[]; readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[] } }; // prettier-ignore
  } & Record<string, unknown>;
}
type Status = Record<string, unknown>;
type State = Record<'waiting' | 'running' | 'terminated', object>;

export interface KubeJobs {
  /** What was created last, as it was sent. */
  created(): Spec;
  readonly names: () => readonly string[];
  readonly configMaps: Map<string, Record<string, string>>;
  readonly secrets: Map<string, Record<string, string>>;
  /** Instead of running it: how the pod of the next job stands; undefined for no pod. */
  pod: Status | undefined | 'run';
  /** Conditions of the Job that was created last. */
  finish(type: 'Complete' | 'Failed', reason?: string): void;
  events: { type: string; message: string }[];
  /** Lines of log without their times. */
  print(line: string): void;
  /** As a node that is lost: its log cannot be had. */
  isLogLost: boolean;
}

/** Kubernetes fills in `$(NAME)`, and makes one `$` of two. */
const expanded = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\$(\$|\(([\w.-]+)\))/g, (whole, inner: string, name: string) => (inner === '$' ? '$' : (env[name] ?? whole))); // prettier-ignore

/** Jobs, pods, their logs and ConfigMaps, as far as they are documented; containers are run as processes here. */
export function kubeJobs(server: KubeServer): KubeJobs {
  const folder = temporaryFolder();
  const jobs = new Map<string, Job>();
  const state: Omit<KubeJobs, 'created' | 'names' | 'finish' | 'print'> = { configMaps: new Map(), secrets: new Map(), pod: 'run', events: [], isLogLost: false }; // prettier-ignore
  let last: Job | undefined;

  class Job {
    readonly conditions: { type: string; status: 'True'; reason: string; message: string }[] = [];
    readonly containers = new Map<string, Partial<State>>();
    readonly logs = new Map<string, string[]>();
    readonly scripted = state.pod;
    deleted = false;
    private child: ChildProcess | undefined;

    constructor(readonly sent: Spec) {
      for (const { name } of this.all()) this.containers.set(name, { waiting: { reason: 'PodInitializing' } });
      if (this.scripted === 'run') void this.run();
    }

    all(): readonly Container[] {
      const { initContainers, containers } = this.sent.spec.template.spec;
      return [...initContainers, ...containers];
    }

    end(): void {
      this.deleted = true;
      if (this.child?.pid !== undefined && this.child.exitCode === null) process.kill(-this.child.pid, 'SIGKILL');
      else this.remove();
    }

    private remove(): void {
      jobs.delete(this.sent.metadata.name);
      state.configMaps.delete(this.sent.metadata.name);
    }

    private async run(): Promise<void> {
      const { volumes } = this.sent.spec.template.spec;
      const places = new Map(volumes.map(({ name }) => [name, path.join(folder, this.sent.metadata.name, name)]));
      for (const place of places.values()) mkdirSync(place, { recursive: true });
      for (const { name, configMap } of volumes) {
        while (configMap && !state.configMaps.has(configMap.name))
          await new Promise(resolve => setTimeout(resolve, 10));
        const files = configMap ? state.configMaps.get(configMap.name) : {};
        for (const [file, data] of Object.entries(files ?? {})) writeFileSync(path.join(places.get(name) ?? '', file), Buffer.from(data, 'base64')); // prettier-ignore
      }
      for (const container of this.all()) {
        const code = await this.process(container, places);
        if (this.deleted) return this.remove();
        if (code !== 0) return void this.conditions.push({ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }); // prettier-ignore
      }
      this.conditions.push({ type: 'Complete', status: 'True', reason: 'CompletionsReached', message: '' });
    }

    private process(container: Container, places: ReadonlyMap<string, string>): Promise<number> {
      const env: Record<string, string> = {};
      for (const { name, value, valueFrom } of container.env) {
        const { secretKeyRef: from } = valueFrom ?? {};
        const found = from ? state.secrets.get(from.name)?.[from.key] : expanded(value ?? '', env);
        if (found === undefined) {
          this.containers.set(container.name, { waiting: { reason: 'CreateContainerConfigError', message: `secret "${from?.name ?? ''}" not found` } }); // prettier-ignore
          return new Promise(() => undefined);
        }
        env[name] = found;
      }
      const here = (text: string): string =>
        container.volumeMounts.reduce((done, { name, mountPath }) => (done.startsWith(mountPath) ? done.replace(mountPath, places.get(name) ?? '') : done), text); // prettier-ignore
      const [program = '', ...args] = container.command.map(word => here(expanded(word, env)));
      const path_ = process.env['PATH'] ?? '';
      this.child = spawn(program, args, {
        cwd: here(container.workingDir),
        env: { PATH: path_, ...env },
        detached: true,
      });
      this.containers.set(container.name, { running: {} });
      const lines: string[] = [];
      this.logs.set(container.name, lines);
      for (const stream of [this.child.stdout, this.child.stderr])
        stream?.on('data', (chunk: Buffer) => {
          for (const line of chunk.toString().trimEnd().split('\n')) lines.push(timed(line));
        });
      return new Promise(resolve => {
        this.child?.once('close', (code, signal) => {
          const exitCode = signal === null ? (code ?? 0) : 137;
          this.containers.set(container.name, {
            terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' },
          });
          resolve(exitCode);
        });
      });
    }

    podStatus(): Status | undefined {
      if (this.scripted !== 'run') return this === last ? (state.pod as Status | undefined) : this.scripted;
      const of = (containers: readonly Container[]) => containers.map(({ name }) => ({ name, state: this.containers.get(name) })); // prettier-ignore
      const { initContainers, containers } = this.sent.spec.template.spec;
      return { phase: 'Running', initContainerStatuses: of(initContainers), containerStatuses: of(containers) };
    }
  }
  const timed = (line: string): string => `${new Date().toISOString().replace('Z', '000000Z')} ${line}`;

  server.more = (request: http.IncomingMessage, text: string) => {
    const { method = '', url = '' } = request;
    const [where = '', query = ''] = url.split('?');
    const asked = new URLSearchParams(query);
    const [, kind, name, part] = /^\/(?:api\/v1|apis\/batch\/v1)\/namespaces\/ml\/(jobs|pods|configmaps|events)(?:\/([^/]+)(?:\/(log))?)?$/.exec(where) ?? []; // prettier-ignore
    if (kind === 'events') return { status: 200, body: { items: state.events } };
    if (kind === 'configmaps' && method === 'POST') {
      const { metadata, binaryData } = JSON.parse(text);
      const owned = metadata.ownerReferences[0].uid === `uid-of-${metadata.name}`;
      if (owned) state.configMaps.set(metadata.name, binaryData);
      return { status: owned ? 201 : 422, body: {} };
    }
    if (kind === 'jobs' && method === 'POST') {
      last = new Job(JSON.parse(text));
      jobs.set(last.sent.metadata.name, last);
      return { status: 201, body: { ...last.sent, metadata: { ...last.sent.metadata, uid: `uid-of-${last.sent.metadata.name}` } } }; // prettier-ignore
    }
    if (kind === 'pods' && name === undefined) {
      const job = jobs.get(asked.get('labelSelector')?.replace('job-name=', '') ?? '');
      const status = job?.podStatus();
      return { status: 200, body: { items: job && status ? [{ metadata: { name: `${job.sent.metadata.name}-x1` }, status }] : [] } }; // prettier-ignore
    }
    const job = jobs.get(name?.replace(/-x1$/, '') ?? '');
    if (kind === undefined || job === undefined) return undefined;
    if (part === 'log') {
      if (state.isLogLost) return { status: 500, body: { message: 'Get "https://10.0.0.7:10250": no route to host' } };
      const since = asked.get('sinceTime') ?? '';
      const lines = job.logs.get(asked.get('container') ?? '') ?? [];
      return { status: 200, body: lines.filter(line => line.slice(0, 19) >= since.slice(0, 19)).map(line => `${line}\n`).join('') }; // prettier-ignore
    }
    if (method === 'DELETE') {
      if (JSON.parse(text).propagationPolicy !== 'Foreground') return { status: 400, body: {} };
      job.end();
    }
    return { status: 200, body: { metadata: { name, uid: `uid-of-${name ?? ''}` }, spec: {}, status: { conditions: job.conditions } } }; // prettier-ignore
  };
  onTestFinished(() => {
    for (const job of jobs.values()) job.end();
  });
  return Object.assign(state, {
    created: () => last!.sent,
    names: () => [...jobs.keys()],
    finish: (type: 'Complete' | 'Failed', reason = 'BackoffLimitExceeded') =>
      void last?.conditions.push({
        type,
        status: 'True',
        reason,
        message: 'Job has reached the specified backoff limit',
      }),
    print: (line: string) => void last?.logs.set('main', [...(last.logs.get('main') ?? []), timed(line)]),
  });
}
