import { isRunId, runId } from '../../ids';
import type { FilePlace } from '../content/model';
import { artifactPathProblem } from './artifactName';

/** What a version of a model says of its files. */
export interface Addressed {
  /** Addresses, the best first; those that are empty say nothing. */
  readonly addresses: readonly string[];
  /** The run that it was made of. */
  readonly run: string | undefined;
}

/** Another version of the registry, which a version may be a copy of. */
export type OtherVersion = (name: string, version: number) => Addressed | undefined;

/** A copy of a copy of a copy … */
const COPIES = 20;

/**
 * Knows where the files of a source's runs and logged models are, so that the addresses that versions of models have for
 * them can be told: they are those of another folder or machine as often as not.
 */
export class ModelPlaces {
  /** The parts of the address of each run's artifacts. */
  private readonly runs = new Map<string, readonly string[]>();
  private readonly models = new Map<string, FilePlace>();

  /** @param uri of its artifacts, as the source says it */
  addRun(id: string, uri: string): void {
    this.runs.set(id, partsOf(uri));
  }

  /** The files of a logged model, which have become artifacts of its run. */
  addModel(id: string, place: FilePlace): void {
    this.models.set(id, place);
  }

  /** Undefined: its files are in no run. */
  find(version: Addressed, other: OtherVersion, copies = COPIES): FilePlace | undefined {
    for (const address of version.addresses) {
      const found = this.at(address, version.run) ?? this.ofCopy(address, other, copies);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private ofCopy(address: string, other: OtherVersion, copies: number): FilePlace | undefined {
    const [, name = '', number = ''] = /^models:\/+([^/]+)\/(\d+)$/.exec(address) ?? [];
    if (name === '' || copies === 0) return undefined;
    const version = other(name, Number(number));
    return version && this.find(version, other, copies - 1);
  }

  private at(address: string, run: string | undefined): FilePlace | undefined {
    const [, model] = /^models:\/+([^/@]+)$/.exec(address) ?? [];
    if (model !== undefined) return this.models.get(model);
    const [, named = '', inside = ''] = /^runs:\/+([^/]+)\/*(.*)$/s.exec(address) ?? [];
    if (named !== '') return placeOf(named, partsOf(inside));
    const parts = partsOf(address);
    return this.below(parts, run) ?? this.ofTail(parts, run);
  }

  /** Below what the run itself calls its artifacts, wherever that is. */
  private below(parts: readonly string[], run: string | undefined): FilePlace | undefined {
    const root = run === undefined ? undefined : this.runs.get(run);
    if (run === undefined || root === undefined || root.length === 0) return undefined;
    return root.every((part, at) => parts[at] === part) ? placeOf(run, parts.slice(root.length)) : undefined;
  }

  /** What every default location ends with: `RUN/artifacts/…` or `models/MODEL/artifacts/…`. */
  private ofTail(parts: readonly string[], run: string | undefined): FilePlace | undefined {
    for (let at = parts.length - 1; at > 0; at--) {
      if (parts[at] !== 'artifacts') continue;
      const [kind, owner = ''] = [parts[at - 2], parts[at - 1]];
      const rest = parts.slice(at + 1);
      const model = kind === 'models' ? this.models.get(owner) : undefined;
      if (model !== undefined) return placeOf(model.run, [...partsOf(model.path), ...rest]);
      if (owner === run || this.runs.has(owner)) return placeOf(owner, rest);
    }
    return undefined;
  }
}

function placeOf(run: string, parts: readonly string[]): FilePlace | undefined {
  const path = parts.join('/');
  if (!isRunId(run) || (path !== '' && artifactPathProblem(path) !== undefined)) return undefined;
  return { run: runId(run), path };
}

/** The parts of the path of an address, of whatever kind and system. */
function partsOf(address: string): readonly string[] {
  const [, scheme = ''] = /^([a-z][\w+.-]+):/i.exec(address) ?? [];
  const path = address.slice(scheme === '' ? 0 : scheme.length + 1).replace(scheme === '' ? '' : /^\/\/[^/]*/, '');
  const parts = path.split(/[\\/]+/).filter(part => part !== '' && part !== '.');
  return scheme.toLowerCase() === 'file' ? parts.map(decoded) : parts;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
