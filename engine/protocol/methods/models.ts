import type { Approval, Approvals } from '../approvals';
import type { GateReport } from '../gates';
import type { ImportedModel, ModelImport } from '../modelImport';
import type { Promotion, RegisteredModel } from '../registry';
import type {
  CleanUp,
  CleanUpRequest,
  RegistryFound,
  RegistryQuery,
  StageChange,
  VersionComparison,
  VersionDiff,
} from '../registryMoves';
import type { Empty } from './empty';

/** Calls about registered models. */
export interface ModelMethods {
  'models/list': { params: Empty; result: readonly RegisteredModel[] };
  'models/get': { params: { name: string }; result: RegisteredModel };
  /** Judges the gates of a stage without moving anything. */
  'models/gates': { params: { name: string; version: number; stage: string }; result: GateReport };
  /** Judges the gates and, if they let it, moves the version. Not promoted is a result, not an error. */
  'models/promote': { params: { name: string; version: number; to: string; reason?: string }; result: Promotion };
  /** Gives a version a name of its own; another version that had it loses it. */
  'models/setAlias': {
    params: { name: string; alias: string; version: number; reason?: string };
    result: RegisteredModel;
  };
  /** Registers a model that another library has trained. Long. */
  'models/import': { params: ModelImport; result: ImportedModel };
  'models/deleteAlias': { params: { name: string; alias: string; reason?: string }; result: RegisteredModel };
}

/** Calls about the life of registered models beyond being registered and promoted. */
export interface RegistryMethods {
  /** What a version has else than another one, or than the holder of a stage. May read data; takes seconds. */
  'registry/diff': {
    params: { name: string; version: number; other?: number; stage?: string };
    result: VersionDiff;
  };
  /** Versions of one model side by side, in the order asked for. */
  'registry/compare': { params: { name: string; versions: readonly number[] }; result: VersionComparison };
  'registry/search': { params: RegistryQuery; result: RegistryFound };
  /** Describes a model, or one of its versions, in Markdown. */
  'registry/describe': {
    params: { name: string; version?: number; description: string };
    result: RegisteredModel;
  };
  /** Sets tags of a model or version; null takes one away. */
  'registry/tag': {
    params: { name: string; version?: number; tags: Readonly<Record<string, string | null>> };
    result: RegisteredModel;
  };
  /** Back to an earlier stage, by default the one before. `putBack`: who held the stage before holds it again. */
  'registry/demote': {
    params: { name: string; version: number; to?: string; reason: string; putBack?: boolean };
    result: StageChange;
  };
  /** Who held the stage before holds it again (or `version`, which must have held it); who holds it is archived. */
  'registry/rollback': {
    params: { name: string; stage: string; version?: number; reason: string };
    result: StageChange;
  };
  'registry/archive': { params: { name: string; version: number; reason: string }; result: StageChange };
  /** A deleted version is archived, an archived one is in the first stage again. */
  'registry/restore': { params: { name: string; version: number; reason: string }; result: StageChange };
  /** Hides a version, or the model with all its versions. Refused for what is in use. */
  'registry/delete': { params: { name: string; version?: number; reason: string }; result: Record<string, never> };
  'registry/cleanUp': { params: CleanUpRequest; result: CleanUp };
  'registry/approvals': { params: { name: string; version?: number }; result: Approvals };
  /** Judges the gates and keeps with them what the user of this engine says of the version. */
  'registry/approve': {
    params: {
      name: string;
      version: number;
      stage: string;
      decision: 'approved' | 'rejected';
      comment: string;
    };
    result: Approval;
  };
  /** Takes back what the user of this engine has said of a version for a stage. */
  'registry/withdraw': {
    params: { name: string; version: number; stage: string; reason: string };
    result: Approval;
  };
}
