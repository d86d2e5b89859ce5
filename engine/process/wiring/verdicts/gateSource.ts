import { performance } from 'node:perf_hooks';
import { ModelyardError } from '../../../errors';
import { ruleText } from '../../../gates/kinds/kinds';
import type { GateService } from '../../../gates/service';
import type { GateReport, GateResult } from '../../../protocol/gates';
import type { RegisteredModel } from '../../../protocol/registry';
import { unwaived, waive } from '../../../waivers/waive';
import type { Waiver } from '../../../protocol/waivers';
import type { EarlierVerdict, Verdict } from '../../../protocol/verdicts';
import type { GateRule } from '../../../protocol/gateRules';
import type { RegistryService } from '../../../registry/service';
import type { Asked, FoundGroup, FoundVerdict, VerdictSource } from '../../../verdicts/source';
import { registeredOrNone, subjectOf } from './subjects';
import { unjudged } from './unjudged';

export interface GateSourceOptions {
  readonly registry: Pick<RegistryService, 'get' | 'gates'>;
  readonly gates: Pick<GateService, 'history'>;
}

const mostHistory = 20;
const notJudged = 'was not judged yet';

/** The gates of each stage, judged for the version that would enter it next, or that holds it. */
export const gateSource = (options: GateSourceOptions): VerdictSource => ({
  kind: 'model',
  async judge(asked) {
    const groups: FoundGroup[] = [];
    for (const [model, { stages, gates }] of Object.entries(asked.config?.models ?? {})) {
      const registered = await registeredOrNone(options.registry, model);
      for (const stage of stages) {
        const rules = gates[stage] ?? [];
        const group = { id: `model/${model}/${stage}`, kind: 'model', subject: model, stage } as const;
        const isAsked = asked.stages === undefined || asked.stages.includes(stage);
        if (rules.length === 0 || !isAsked || !asked.selection.mayHave(group)) continue;
        groups.push(await judgeStage(options, { asked, group, rules, registered }));
      }
    }
    return groups;
  },
});

interface Stage {
  readonly asked: Asked;
  readonly group: Pick<FoundGroup, 'id' | 'kind' | 'subject'> & { readonly stage: string };
  readonly rules: readonly GateRule[];
  readonly registered: RegisteredModel | undefined;
}

async function judgeStage(options: GateSourceOptions, { asked, group, rules, registered }: Stage): Promise<FoundGroup> {
  const { subject: model, stage } = group;
  const begun = performance.now();
  const judged = await reportOf(options, { asked, group, registered });
  const kept = registered === undefined ? [] : options.gates.history({ model, stage }, mostHistory);
  const past = kept.filter(({ judgedAt }) => judgedAt !== judged.report?.judgedAt);
  const version = judged.version;
  const verdicts = rules.map((rule, index) => ({
    ...verdictOf(rule, { index, judged, group }),
    ...historyOf(past, ruleText(rule)),
  }));
  return {
    ...group,
    title: `${model}${version === undefined ? '' : ` v${version}`} for ${stage}`,
    ...(version !== undefined && { version }),
    ...(judged.report && { judgedAt: judged.report.judgedAt }),
    duration: asked.fresh ? Math.round(performance.now() - begun) : 0,
    verdicts,
  };
}

interface JudgedStage {
  readonly version?: number;
  readonly report?: GateReport;
  /** It has just been judged. */
  readonly isNew?: true;
  /** Why there is no report, as the end of a sentence about a rule. */
  readonly problem: string;
}

async function reportOf(
  { registry }: GateSourceOptions,
  { asked, group, registered }: Pick<Stage, 'asked' | 'group' | 'registered'>,
): Promise<JudgedStage> {
  const { subject: model, stage } = group;
  if (!asked.fresh) {
    const report = registered?.gates.find(one => one.stage === stage);
    return {
      problem: notJudged,
      ...(report && { report }),
      ...(report?.version !== undefined && { version: report.version }),
    };
  }
  const version = registered && subjectOf(registered, stage, asked.judge ?? 'candidate');
  if (version === undefined) {
    const what = asked.judge === 'holder' ? `in ${stage}` : 'registered';
    return { problem: `cannot be judged: no version of ${model} is ${what}` };
  }
  try {
    const report = await registry.gates(model, version, stage);
    return { version, report, isNew: true, problem: notJudged };
  } catch (error) {
    if (!(error instanceof ModelyardError) || error.code === 'cancelled') throw error;
    return { version, problem: `cannot be judged: ${error.message.replace(/\.$/, '')}` };
  }
}

function verdictOf(
  rule: GateRule,
  { index, judged, group }: { index: number; judged: JudgedStage; group: Stage['group'] },
): FoundVerdict {
  const text = ruleText(rule);
  const { severity } = rule;
  const common = {
    id: `${group.id}/${idText(text)}`,
    rule: text,
    severity,
    key: `models.${group.subject}.gates.${group.stage}.${index}`,
  };
  const results = judged.report?.results ?? [];
  const result =
    results.find(one => one.index === index && one.rule === text) ?? results.find(one => one.rule === text);
  if (result === undefined)
    return {
      ...common,
      ...unjudged(`${text} ${judged.problem}.`, severity, rule.waive),
      ...(judged.problem === notJudged && { pending: true }),
    };
  return { ...common, ...told(judged.isNew === true ? result : asOfNow(result, rule.waive)) };
}

/** A waiver may have been written, taken away or ended since the rule was judged. */
function asOfNow(result: GateResult, waiver: Waiver | undefined): GateResult {
  const { underlying: _, waiver: __, hints: ___, ...rest } = result;
  return { ...rest, ...waive(unwaived(result), waiver, Date.now()) };
}

const told = (result: GateResult): Pick<FoundVerdict, 'outcome' | 'sentence'> & Partial<Verdict> => ({
  outcome: result.verdict,
  sentence: result.sentence,
  ...(result.underlying !== undefined && { underlying: result.underlying }),
  ...(result.waiver && { waiver: result.waiver }),
  ...(result.hints && { hints: result.hints }),
  ...(result.value !== undefined && { value: result.value }),
  ...(result.bound !== undefined && { bound: result.bound }),
  ...(result.metric !== undefined && { metric: result.metric }),
  ...(result.slice !== undefined && { slice: result.slice }),
  ...(result.duration !== undefined && { duration: result.duration }),
});

/** `auc ≥ 0.75 where age <= 25` → `auc≥0.75-where-age<=25` */
const idText = (rule: string): string => rule.replace(/\s*([≥≤<>=]+)\s*/g, '$1').replace(/\s+/g, '-');

function historyOf(reports: readonly GateReport[], rule: string): Pick<Verdict, 'history'> {
  const history = reports.flatMap(({ version, judgedAt, results }): readonly EarlierVerdict[] => {
    const found = results.find(result => result.rule === rule);
    if (found === undefined) return [];
    const { verdict, value } = found;
    const of = version === undefined ? 'a candidate' : `v${version}`;
    return [{ at: judgedAt, outcome: verdict, of, ...(value !== undefined && { value }) }];
  });
  return history.length === 0 ? {} : { history };
}
