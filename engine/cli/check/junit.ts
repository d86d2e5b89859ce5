import { hostname } from 'node:os';
import type { CheckReport, Verdict, VerdictGroup } from '../../protocol/verdicts';
import { placeText } from '../text/errorText';
import { told } from './outcomes';
import { xmlElement, xmlText } from './xml';

/**
 * JUnit's XML as Jenkins, GitLab and GitHub read it: a suite a group, a case a rule. A failed rule is a failure, one that
 * could not be judged an error, a waived one is skipped; one that warns passes, and its sentence is in the suite's
 * output. Fits the schemas of Ant (Windy Road) and of Jenkins alike: only what both know is written, and no attribute is
 * missing that either of them asks for.
 */
export function junitText({ groups, startedAt }: CheckReport): string {
  const suites = groups.map((group, id) => suite(group, { id, startedAt }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement('testsuites', {}, ['\n', ...suites])}\n`;
}

function suite(group: VerdictGroup, { id, startedAt }: { id: number; startedAt: number }): string {
  const count = (wanted: Verdict['outcome']): number =>
    group.verdicts.filter(({ outcome }) => outcome === wanted).length;
  const attributes = {
    name: group.title,
    package: group.kind,
    id,
    timestamp: new Date(group.judgedAt ?? startedAt).toISOString().slice(0, 19),
    hostname: hostname() || 'localhost',
    tests: group.verdicts.length,
    failures: count('failed'),
    errors: count('unknown'),
    skipped: count('waived'),
    time: seconds(group.duration),
  };
  const { stage, version } = group;
  const properties = Object.entries({
    id: group.id,
    ...(stage !== undefined && { stage }),
    ...(version !== undefined && { version: String(version) }),
  }).map(([name, value]) => xmlElement('property', { name, value }));
  const said = group.verdicts.filter(({ outcome, hints = [] }) => outcome === 'warned' || hints.length > 0);
  return `${xmlElement('testsuite', attributes, [
    '\n',
    `${xmlElement('properties', {}, properties)}\n`,
    ...group.verdicts.map(verdict => `${testCase(verdict, group)}\n`),
    `${xmlElement(
      'system-out',
      {},
      said.map(verdict => `${xmlText(told(verdict))}\n`),
    )}\n`,
    `${xmlElement('system-err', {})}\n`,
  ])}\n`;
}

function testCase(verdict: Verdict, group: VerdictGroup): string {
  const { rule, duration = 0 } = verdict;
  const classname = group.id.replaceAll('/', '.');
  return xmlElement('testcase', { name: rule, classname, time: seconds(duration) }, child(verdict));
}

function child(verdict: Verdict): readonly string[] {
  const { outcome, sentence, place, evidence = [] } = verdict;
  if (outcome === 'waived') return [xmlElement('skipped', { message: told(verdict) })];
  if (outcome !== 'failed' && outcome !== 'unknown') return [];
  const places = [...(place ? [place] : []), ...evidence].map(placeText);
  const text = xmlText([told(verdict), ...places].join('\n'));
  const [name, type] = outcome === 'failed' ? (['failure', 'rule'] as const) : (['error', 'unknown'] as const);
  return [xmlElement(name, { message: sentence, type }, [text])];
}

/** @param ms as decimals of XML Schema have it, without an exponent */
const seconds = (ms: number): string => (ms / 1000).toFixed(3);
