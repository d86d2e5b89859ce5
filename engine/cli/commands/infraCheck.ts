import type { CheckedInfraFile } from '../../protocol/infrastructure';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { InfraCheckFlags } from '../infra/flags';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

/** `modelyard infra check`: 1 when a file is not as modelyard.yaml says, or is wrong. */
export async function infraCheckCommand(invocation: Invocation, flags: InfraCheckFlags): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const result = await interruptible(signal =>
    withEngine(place, client => client.call('infra/check', { ...flags }, { signal })),
  );
  answer(invocation, { json: result, text: () => result.files.map(file => textOf(file, invocation)).join('') });
  return result.passed ? exitCodes.ok : exitCodes.failed;
}

function textOf({ file, state, message, findings, tools }: CheckedInfraFile, { colors: { out } }: Invocation): string {
  const isWrong = state !== 'current' || findings.some(({ severity }) => severity === 'error') || tools.some(({ outcome }) => outcome === 'failed'); // prettier-ignore
  const mark = isWrong ? out.red('✗') : out.green('✓');
  const found = findings.map(({ severity, line, message: what, code }) => {
    const where = out.cyan(line === undefined ? file : `${file}:${line}`);
    return `    ${severity === 'error' ? out.red('error') : out.yellow('warning')} at ${where}: ${what} (${code})\n`;
  });
  const asked = tools.map(({ tool, outcome, message: said }) => {
    const sign = outcome === 'passed' ? out.green('✓') : outcome === 'failed' ? out.red('✗') : '–';
    return `    ${sign} ${tool}${said === '' ? '' : `: ${said.replaceAll('\n', '\n      ')}`}\n`;
  });
  const fix = state === 'current' ? '' : `    ${out.green('fix:')} modelyard infra generate --write${state === 'edited' || state === 'foreign' ? ' --force' : ''}\n`; // prettier-ignore
  return `${mark} ${message}\n${found.join('')}${asked.join('')}${fix}`;
}
