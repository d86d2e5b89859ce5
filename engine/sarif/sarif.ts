/** How bad a result is, in SARIF's words. */
export type SarifLevel = 'error' | 'warning' | 'note' | 'none';

/** A rule that results refer to by `id`; `help` is Markdown. */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly help?: string;
  /** 0 to 10 as CVSS; code scanning sorts by it. */
  readonly securitySeverity?: number;
  readonly tags?: readonly string[];
}

/** Where a result stands: lines and columns from 1 in a text, or an offset in bytes from 0 in a file of bytes. */
export interface SarifRegion {
  readonly startLine?: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly byteOffset?: number;
  readonly byteLength?: number;
}

export interface SarifPlace {
  /** Relative to the workspace with `/` between folders, or absolute. */
  readonly file: string;
  readonly region?: SarifRegion;
  /** What is meant within the file: an entry of an archive, a key of a config. */
  readonly logical?: string;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly level: SarifLevel;
  readonly message: string;
  readonly places: readonly SarifPlace[];
  /** Parts that tell the result from others also after lines have moved. */
  readonly fingerprint?: string;
  /** It counts no longer, and why: a waiver. */
  readonly suppressed?: { readonly justification: string };
  readonly properties?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface SarifRun {
  readonly tool: string;
  readonly version: string;
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  /** What kept the tool from looking at all it was asked to look at. */
  readonly failures?: readonly string[];
}

/**
 * SARIF 2.1.0 (OASIS) of one run of one tool, as code scanning of GitHub and GitLab reads it. Rules that no result
 * names are left out; results that name no rule get one of their own.
 */
export function sarifText(run: SarifRun): string {
  return `${JSON.stringify(sarifLog(run), undefined, 2)}\n`;
}

/** The same as a plain object. */
export function sarifLog({ tool, version, rules, results, failures = [] }: SarifRun): object {
  const used = [...new Set(results.map(({ ruleId }) => ruleId))];
  const known = new Map(rules.map(rule => [rule.id, rule]));
  const described = used.map(id => known.get(id) ?? { id, name: id, description: id });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool, version, rules: described.map(ruleObject) } },
        columnKind: 'utf16CodeUnits',
        results: results.map(result => resultObject(result, used.indexOf(result.ruleId))),
        invocations: [
          {
            executionSuccessful: failures.length === 0,
            ...(failures.length > 0 && {
              toolExecutionNotifications: failures.map(text => ({ level: 'error', message: { text } })),
            }),
          },
        ],
      },
    ],
  };
}

function ruleObject({ id, name, description, help, securitySeverity, tags }: SarifRule): object {
  const properties = {
    ...(tags !== undefined && { tags }),
    ...(securitySeverity !== undefined && { 'security-severity': securitySeverity.toFixed(1) }),
  };
  return {
    id,
    name,
    shortDescription: { text: description },
    ...(help !== undefined && { help: { text: help, markdown: help } }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

function resultObject(result: SarifResult, ruleIndex: number): object {
  return {
    ruleId: result.ruleId,
    ruleIndex,
    level: result.level,
    message: { text: result.message },
    locations: result.places.map(placeObject),
    ...(result.fingerprint !== undefined && { partialFingerprints: { 'modelyard/v1': result.fingerprint } }),
    ...(result.suppressed !== undefined && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: result.suppressed.justification }],
    }),
    ...(result.properties !== undefined && { properties: result.properties }),
  };
}

const placeObject = ({ file, region, logical }: SarifPlace): object => ({
  physicalLocation: {
    artifactLocation: isAbsolute(file) ? { uri: fileUri(file) } : { uri: encodePath(file), uriBaseId: '%SRCROOT%' },
    ...(region !== undefined && { region }),
  },
  ...(logical !== undefined && { logicalLocations: [{ fullyQualifiedName: logical }] }),
});

const isAbsolute = (file: string): boolean => file.startsWith('/') || /^[A-Za-z]:[\\/]/.test(file);
const encodePath = (file: string): string => file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');

function fileUri(file: string): string {
  const drive = /^([A-Za-z]:)[\\/](.*)$/.exec(file);
  return drive === null ? `file://${encodePath(file)}` : `file:///${drive[1] ?? ''}/${encodePath(drive[2] ?? '')}`;
}
