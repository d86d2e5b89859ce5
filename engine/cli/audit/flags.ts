import type { AuditPart } from '../../protocol/audit';

/** What `modelyard scan` looks for beside what model files do. */
export interface AuditFlags {
  readonly secrets?: boolean;
  /** Secrets of all commits. */
  readonly history?: boolean;
  readonly dependencies?: boolean;
  readonly licences?: boolean;
  readonly models?: boolean;
  readonly all?: boolean;
  readonly advisories?: string;
}

const parts: readonly AuditPart[] = ['secrets', 'dependencies', 'licences', 'models'];

/** What is asked for; none: model files are scanned. */
export const auditParts = (flags: AuditFlags): readonly AuditPart[] =>
  parts.filter(part => flags.all === true || flags[part] === true || (part === 'secrets' && flags.history === true));
