import * as vscode from 'vscode';
import type { GateReport } from '../../engine/protocol/gates';
import type { RegisteredModel } from '../../engine/protocol/registry';
import type { VersionDiff } from '../../engine/protocol/registryMoves';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { ago } from '../views/text';
import { withCancel } from './longCall';
import { gateItems, versionItem } from './modelItems';
import type { Answer, StepPlace } from './quickSteps';
import { askStep, pickStep } from './quickSteps';
import type { Target } from './target';
import { diffItems } from './versionDiffText';

export interface ChosenPromotion {
  readonly name: string;
  readonly version: number;
  readonly to: string;
  readonly reason: string;
}

/**
 * Version → stage → gates → reason, each a step with a way back; the gates are shown before anything is moved. What the
 * target says already is not asked, nor a reason for what the gates will refuse.
 * @throws vscode.CancellationError
 */
export async function promotionSteps(
  engine: WorkspaceEngine,
  model: RegisteredModel,
  target: Target,
): Promise<ChosenPromotion> {
  const [only] = model.versions;
  const draft = new Draft(engine, model, target.version ?? (model.versions.length === 1 ? only?.version : undefined));
  draft.to = target.stage ?? '';
  const asked = [
    ...(draft.version === undefined ? [(place: StepPlace) => draft.askVersion(place)] : []),
    ...(target.stage === undefined ? [(place: StepPlace) => draft.askStage(place)] : []),
    (place: StepPlace) => draft.askGates(place),
    (place: StepPlace) => draft.askReason(place),
  ];
  for (let index = 0; index < asked.length && !draft.isBlocked;) {
    const answer = await asked[index]?.({ step: index + 1, totalSteps: asked.length });
    index += answer === 'back' ? -1 : 1;
  }
  return { name: model.name, version: draft.version ?? 0, to: draft.to, reason: draft.reason };
}

/** What has been answered so far. */
class Draft {
  to = '';
  reason = '';
  isBlocked = false;

  constructor(
    private readonly engine: WorkspaceEngine,
    private readonly model: RegisteredModel,
    public version: number | undefined,
  ) {}

  async askVersion(place: StepPlace): Promise<Answer> {
    const title = vscode.l10n.t('Promote {0}', this.model.name);
    const texts = { title, placeholder: vscode.l10n.t('Which version?') };
    const picked = await pickStep(this.model.versions.map(versionItem), texts, place);
    if (picked === 'back') return 'back';
    this.version = picked.value.version;
    return 'next';
  }

  async askStage(place: StepPlace): Promise<Answer> {
    const title = vscode.l10n.t('Promote {0} v{1}', this.model.name, this.version ?? 0);
    const texts = { title, placeholder: vscode.l10n.t('To which stage?') };
    const picked = await pickStep(stageItems(this.model, this.version), texts, place);
    if (picked === 'back') return 'back';
    this.to = picked.value;
    return 'next';
  }

  /** Every gate with its sentence, and what would change, to be read; the first entry goes on. */
  async askGates(place: StepPlace): Promise<Answer> {
    const { name } = this.model;
    const version = this.version ?? 0;
    const diff = this.to === 'archived' ? undefined : await this.diff(version);
    const report = diff?.gates.after ?? (await this.engine.call('models/gates', { name, version, stage: this.to }));
    const isBlocked = report.verdict === 'failed' || report.verdict === 'unknown';
    const go = isBlocked
      ? { label: `$(error) ${vscode.l10n.t('Blocked: {0} v{1} stays where it is', name, version)}` }
      : { label: `$(arrow-right) ${vscode.l10n.t('Move to {0}', this.to)}` };
    const title = vscode.l10n.t('Gates of {0} for {1} v{2}', this.to, name, version);
    const items = [{ ...go, value: true as const }, ...gateItems(report), ...(diff ? diffItems(diff) : [])];
    const picked = await pickStep(items, { title, placeholder: summary(report) }, place);
    if (picked === 'back') return 'back';
    this.isBlocked = isBlocked;
    return 'next';
  }

  /** What the version has else than who holds the stage. */
  private diff(version: number): Thenable<VersionDiff> {
    return withCancel(vscode.l10n.t('Comparing versions'), options =>
      this.engine.call('registry/diff', { name: this.model.name, version, stage: this.to }, options),
    );
  }

  async askReason(place: StepPlace): Promise<Answer> {
    const title = vscode.l10n.t('Promote {0} v{1} to {2}', this.model.name, this.version ?? 0, this.to);
    const answer = await askStep({ title, prompt: vscode.l10n.t('Why? It stays in the history.') }, place);
    if (answer === 'back') return 'back';
    this.reason = answer.text.trim();
    return 'next';
  }
}

function summary({ results }: GateReport): string {
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  if (results.length === 0) return vscode.l10n.t('The stage has no gates.');
  return results.length === 1
    ? vscode.l10n.t('{0} of 1 gate passes', passed)
    : vscode.l10n.t('{0} of {1} gates pass', passed, results.length);
}

/** What comes after the stage it is in is offered first; each says who holds it now. */
function stageItems(
  model: RegisteredModel,
  version: number | undefined,
): readonly (vscode.QuickPickItem & { readonly value: string })[] {
  const now = model.versions.find(candidate => candidate.version === version)?.stage;
  const at = model.stages.findIndex(stage => stage === now);
  return [...model.stages.slice(at + 1), ...model.stages.slice(0, Math.max(0, at)), 'archived']
    .filter(stage => stage !== now)
    .map(value => {
      const holder = model.versions.find(({ version: number }) => number === model.holders[value]);
      const isHeld = holder !== undefined && value !== model.stages[0] && value !== 'archived';
      const description = isHeld ? vscode.l10n.t('held by v{0}, {1}', holder.version, ago(holder.createdAt)) : '';
      return { label: value, description, value };
    });
}
