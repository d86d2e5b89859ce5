import * as vscode from 'vscode';
import type { Parameter, ParamValue, Study } from '../../engine/protocol/tuning';
import type { ValueProblem } from '../../webview/shared/searchSpace';
import { learnersOf, optionName, paramText, parametersOf, readValue } from '../../webview/shared/searchSpace';
import { askText, pickOne } from './pick';

/** Asks for the learner and for values of its parameters, one line of `name=value`. @throws vscode.CancellationError */
export async function askParams(study: Study): Promise<Readonly<Record<string, ParamValue>>> {
  const learners = learnersOf(study).map(value => ({ label: value, value }));
  const learner = learners.length === 0 ? '' : await pickOne(learners, vscode.l10n.t('Which learner?'));
  const parameters = parametersOf(study, learner);
  const best = study.best?.params['learner'] === learner || learner === '' ? study.best?.params : undefined;
  const known = parameters.flatMap(parameter => {
    const value = best?.[parameter.name];
    return value === undefined ? [] : [`${optionName(parameter)}=${paramText(value).replaceAll(' ', '')}`];
  });
  const text = await askText({
    title: vscode.l10n.t('Try Parameters Next'),
    prompt: vscode.l10n.t('Such as {0}. What is left out is chosen by the sampler.', parameters.map(example).join(' ')),
    value: known.join(' '),
    validateInput: written => {
      const read = readParams(parameters, written);
      return 'problem' in read ? read.problem : undefined;
    },
  });
  const read = readParams(parameters, text);
  if ('problem' in read) throw new vscode.CancellationError();
  return { ...(learner !== '' && { learner }), ...read.params };
}

/** `C=0.5 leaves=8`, by blanks; what is wrong with it in words. */
export function readParams(
  parameters: readonly Parameter[],
  text: string,
): { readonly params: Readonly<Record<string, ParamValue>> } | { readonly problem: string } {
  const params: Record<string, ParamValue> = {};
  for (const pair of text.split(/\s+/).filter(part => part !== '')) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const parameter = parameters.find(one => optionName(one) === name);
    if (!parameter) {
      const names = parameters.map(optionName).join(', ');
      return { problem: vscode.l10n.t('{0} is not searched. What is: {1}', name, names) };
    }
    const read = readValue(parameter, at < 0 ? '' : pair.slice(at + 1));
    if ('problem' in read) return { problem: `${name}: ${problemText(read.problem)}` };
    params[name] = read.value;
  }
  return { params };
}

function problemText(problem: ValueProblem): string {
  switch (problem.kind) {
    case 'number':
      return vscode.l10n.t('a number is needed');
    case 'whole':
      return vscode.l10n.t('a whole number is needed');
    case 'range':
      return vscode.l10n.t('it is searched from {0} to {1}', problem.low, problem.high);
    case 'choice':
      return vscode.l10n.t('one of {0}', problem.choices.map(choice => choice.replaceAll(' ', '')).join('; '));
  }
}

const example = (parameter: Parameter): string =>
  `${optionName(parameter)}=${parameter.kind === 'choice' ? paramText(parameter.choices[0] ?? '').replaceAll(' ', '') : parameter.low}`;
