import * as vscode from 'vscode';
import type { CheckReport, Verdict, VerdictGroup } from '../../engine/protocol/verdicts';
import { Disposables } from '../disposables';
import type { CheckReports } from '../editor/checkReports';
import type { LastResults } from '../editor/lastResults';
import { signalOf } from '../engineClient/cancellation';
import type { Engines } from '../engineClient/engines';
import { isCancelled, messageOf, wireOf } from '../engineClient/errorMessage';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { executeCommand } from '../manifest/commands';
import type { RuleNode } from './ruleItems';
import { commandThatMade, debuggable, ruleTree } from './ruleItems';
import { ruleResult } from './ruleResult';

export interface RuleTestsOptions {
  readonly engines: Engines;
  readonly checks: CheckReports;
  readonly results: Pick<LastResults, 'models'>;
}

/** Every rule of modelyard.yaml in the Test Explorer. Only in a trusted workspace: judging reads data and keeps reports. */
export class RuleTests implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly controller: vscode.TestController;
  private readonly nodes = new Map<string, ReadonlyMap<string, RuleNode>>();
  private readonly rounds = new Map<string, number>();

  constructor(private readonly options: RuleTestsOptions) {
    const { engines, checks } = options;
    this.controller = this.owned.add(vscode.tests.createTestController('modelyard.rules', 'Modelyard'));
    const look = (engine: WorkspaceEngine): void => engines.inBackground('list rules', this.list(engine));
    this.owned.add(checks.onDidChange(look));
    this.owned.add(engines.onDidChange(() => this.forget()));
    this.controller.refreshHandler = () => engines.all().forEach(look);
    const run = this.owned.add(
      this.controller.createRunProfile(
        vscode.l10n.t('Judge'),
        vscode.TestRunProfileKind.Run,
        (request, token) => this.run(request, token),
        true,
      ),
    );
    run.supportsContinuousRun = true;
    this.owned.add(
      this.controller.createRunProfile(
        vscode.l10n.t('Debug the command that made it'),
        vscode.TestRunProfileKind.Debug,
        (request, token) => this.debug(request, token),
        true,
        debuggable,
      ),
    );
    for (const engine of engines.all()) look(engine);
  }

  /** Folders that are open no longer have no rules. */
  private forget(): void {
    const open = new Set(this.options.engines.all().map(({ folder }) => folder.toString()));
    for (const folder of this.nodes.keys()) if (!open.has(folder)) this.nodes.delete(folder);
    this.controller.items.forEach(item => {
      if (!open.has(item.id.slice(0, item.id.lastIndexOf('#')))) this.controller.items.delete(item.id);
    });
  }

  private async list(engine: WorkspaceEngine): Promise<void> {
    const folder = engine.folder.toString();
    const report = this.options.checks.of(engine);
    if (report === undefined) return;
    const round = (this.rounds.get(folder) ?? 0) + 1;
    this.rounds.set(folder, round);
    const outline = await engine.call('config/outline', {}).catch(() => undefined);
    if (this.rounds.get(folder) !== round) return; // a newer look is under way
    const models = this.options.results.models(engine);
    const { items, nodes } = ruleTree(report, { controller: this.controller, engine, outline, models });
    const others: vscode.TestItem[] = [];
    this.controller.items.forEach(item => {
      if (!item.id.startsWith(`${folder}#`)) others.push(item);
    });
    this.nodes.set(folder, nodes);
    this.controller.items.replace([...others, ...items]);
  }

  private node(item: vscode.TestItem): RuleNode | undefined {
    for (const nodes of this.nodes.values()) {
      const found = nodes.get(item.id);
      if (found) return found;
    }
    return undefined;
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    await this.runOnce(request, token);
    if (request.continuous !== true) return;
    const { engines } = this.options;
    const again = (): void => engines.inBackground('judge rules', this.runOnce(request, token));
    const listening = new Disposables();
    // what judging itself says of models and data is no reason to judge again
    for (const engine of engines.all()) {
      listening.add(engine.on('config/changed', again));
      listening.add(engine.on('pipeline/changed', ({ run }) => run.status !== 'running' && again()));
    }
    token.onCancellationRequested(() => listening.dispose());
    this.owned.add(listening);
  }

  private async runOnce(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      const rules = this.rulesOf(request);
      for (const { item } of rules) run.started(item);
      for (const engine of new Set(rules.map(({ node }) => node.engine))) {
        const own = rules.filter(({ node }) => node.engine === engine);
        await this.judge(run, { engine, rules: own }, token);
      }
    } finally {
      run.end();
    }
  }

  private async judge(
    run: vscode.TestRun,
    { engine, rules }: { readonly engine: WorkspaceEngine; readonly rules: readonly Rule[] },
    token: vscode.CancellationToken,
  ): Promise<void> {
    const signal = signalOf(token);
    try {
      const report = await engine.call(
        'checks/run',
        { only: rules.map(({ node }) => node.id), data: true },
        { signal, onProgress: ({ message }) => run.appendOutput(`${message}\r\n`) },
      );
      const found = byId(report);
      for (const { item, node } of rules) {
        const judged = found.get(node.id);
        if (judged) tell(run, item, { engine, ...judged });
        else run.skipped(item); // it is no longer in modelyard.yaml
      }
    } catch (error) {
      for (const { item } of rules) {
        if (isCancelled(error)) run.skipped(item);
        else run.errored(item, new vscode.TestMessage(messageOf(wireOf(error))));
      }
    }
  }

  /** The rules that are asked for, each once; without a choice all of them. */
  private rulesOf({ include, exclude = [] }: vscode.TestRunRequest): readonly Rule[] {
    const left = new Set(exclude.map(({ id }) => id));
    const rules = new Map<string, Rule>();
    const visit = (item: vscode.TestItem): void => {
      if (left.has(item.id)) return;
      const node = this.node(item);
      if (node?.verdict !== undefined) rules.set(item.id, { item, node });
      item.children.forEach(visit);
    };
    if (include === undefined) this.controller.items.forEach(visit);
    else include.forEach(visit);
    return [...rules.values()];
  }

  /** Starts the command that has made the version under the debugger, as the lens above it does. */
  private async debug(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      const started = new Set<string>();
      for (const { item, node } of this.rulesOf(request)) {
        const { engine, group } = node;
        const outline = await engine.call('config/outline', {});
        const models = this.options.results.models(engine);
        const command = group && commandThatMade(group, { models, outline });
        if (command === undefined || token.isCancellationRequested) run.skipped(item);
        else {
          run.started(item);
          const link = { folder: engine.folder.toString(), ...command };
          const key = `${command.pipeline}/${command.step}`;
          if (!started.has(key)) await executeCommand('debugStep', link);
          started.add(key);
          await this.judge(run, { engine, rules: [{ item, node }] }, token);
        }
      }
    } finally {
      run.end();
    }
  }

  dispose(): void {
    this.owned.dispose();
  }
}

interface Rule {
  readonly item: vscode.TestItem;
  readonly node: RuleNode;
}

interface JudgedRule {
  readonly group: VerdictGroup;
  readonly verdict: Verdict;
}

const byId = ({ groups }: CheckReport): ReadonlyMap<string, JudgedRule> =>
  new Map(groups.flatMap(group => group.verdicts.map(verdict => [verdict.id, { group, verdict }] as const)));

function tell(
  run: vscode.TestRun,
  item: vscode.TestItem,
  { engine, group, verdict }: JudgedRule & { readonly engine: WorkspaceEngine },
): void {
  const result = ruleResult(group, verdict);
  const place = item.uri && item.range ? new vscode.Location(item.uri, item.range) : undefined;
  run.appendOutput(result.output.map(line => `${line}\r\n`).join(''), place, item);
  const { expected, actual } = result;
  const message =
    expected === undefined || actual === undefined
      ? new vscode.TestMessage(result.message)
      : vscode.TestMessage.diff(result.message, expected, actual);
  if (place) message.location = place;
  const rows = (verdict.evidence ?? []).slice(0, 10);
  if (rows.length > 0)
    message.stackTrace = rows.map(
      ({ file, line = 1 }) =>
        new vscode.TestMessageStackFrame(
          vscode.l10n.t('{0}, line {1}', file, line),
          vscode.Uri.joinPath(engine.folder, file),
          new vscode.Position(line - 1, 0),
        ),
    );
  switch (result.state) {
    case 'passed':
      run.passed(item, result.duration);
      break;
    case 'failed':
      run.failed(item, message, result.duration);
      break;
    case 'errored':
      run.errored(item, message, result.duration);
      break;
    case 'skipped':
      run.skipped(item);
      break;
  }
}
