import { block, quoted } from '../../workflows/groovy';
import { shellLine } from '../../workflows/shellLine';
import type { Compiled, Plan, Task } from '../plan';
import { fromTop, handoverFolder, stepWords, trackingUri } from '../plan';
import { unwaited } from './gitlab';
import { usualImage } from '../../workflows/usual';
import type { KeyedWarning } from './warnings';
import { head } from './yamlText';

/**
 * A declarative Jenkinsfile. Jenkins knows no graph: steps stand in stages by their depth, those of one depth run side by
 * side, and their results are stashes. https://www.jenkins.io/doc/book/pipeline/syntax/
 */
export function compileJenkins(whole: Plan): Compiled {
  const { plan, warnings } = withoutConditions(whole);
  const stages = levels(plan.tasks).flatMap((level, i) => {
    const [only, ...others] = level;
    if (only === undefined) return [];
    if (others.length === 0) return stage(plan, only);
    return block(
      `stage(${quoted(`level ${i + 1}`)})`,
      block(
        'parallel',
        level.flatMap(task => stage(plan, task)),
      ),
    );
  });
  const body = block('pipeline', ['agent none', ...timesOf(plan), ...block('stages', stages)]);
  const secrets = [...new Set(plan.tasks.flatMap(task => task.secrets))];
  const notes = [
    `Jenkins has ${trackingUri} as a global variable, and credentials of the kind "secret text" with the ids ${secrets.join(', ')}.`,
    'A step waits for all steps of the depth before, also for those that it does not need: declarative pipelines have stages, not a graph.',
    'The agents need Docker, with the plugin Docker Pipeline.',
  ];
  return { text: `${head(plan, '//')}${body.join('\n')}\n`, language: 'groovy', file: 'Jenkinsfile', notes, warnings };
}

/** A stage that follows a failure is none of declarative pipelines: they end there. */
function withoutConditions(plan: Plan): { readonly plan: Plan; readonly warnings: readonly KeyedWarning[] } {
  const { schedule, request } = plan;
  const out = new Set<Task>();
  const warnings: KeyedWarning[] = [];
  for (const task of plan.tasks) {
    const missing = task.needs.find(one => out.has(one));
    if (task.condition === 'success()' && missing === undefined) continue;
    out.add(task);
    const why = missing === undefined ? `a declarative pipeline has no stage with \`if: ${task.condition}\`` : `it needs ${missing.name}`; // prettier-ignore
    const at = missing === undefined ? 'if' : 'needs';
    warnings.push({ key: `${task.key}.${at}`, message: `Step ${task.name} is left out: ${why}.` });
  }
  const kept = plan.tasks.filter(task => !out.has(task));
  if ((request.retries ?? 0) > 0) warnings.push(...unwaited(kept));
  if (schedule?.overlap === 'skip') warnings.push({ key: `${schedule.key}.overlap`, message: 'A time that comes while the build runs waits there, it is not left out.' }); // prettier-ignore
  if (schedule?.missed !== undefined && schedule.missed !== 'skip') warnings.push({ key: `${schedule.key}.schedule`, message: 'Jenkins makes up for no time that has passed while it was down.' }); // prettier-ignore
  return { plan: { ...plan, tasks: kept }, warnings };
}

/** https://www.jenkins.io/doc/book/pipeline/syntax/#cron-syntax */
const timesOf = ({ schedule }: Plan): readonly string[] =>
  schedule === undefined
    ? []
    : [
        ...block('options', ['disableConcurrentBuilds()']),
        ...block('triggers', [`cron(${quoted(`TZ=${schedule.timezone}\n${schedule.cron}`)})`]),
      ];

/** Tasks by the number of tasks that must have ended before. */
function levels(tasks: readonly Task[]): readonly (readonly Task[])[] {
  const depth = new Map<Task, number>();
  const found: Task[][] = [];
  for (const task of tasks) {
    const own = Math.max(0, ...task.needs.map(one => (depth.get(one) ?? 0) + 1));
    depth.set(task, own);
    (found[own] ??= []).push(task);
  }
  return found;
}

function stage(plan: Plan, task: Task): readonly string[] {
  const { image = usualImage, directory, retries = 0 } = plan.request;
  const options = [
    ...(task.timeout === undefined ? [] : [`timeout(time: ${task.timeout}, unit: 'SECONDS')`]),
    ...(retries > 0 ? [`retry(count: ${retries + 1}, conditions: [agent(), nonresumable()])`] : []),
  ];
  const line = shellLine([...plan.cli, ...stepWords(plan, task, handoverFolder)]);
  const command = directory === undefined ? [`sh ${quoted(line)}`] : block(`dir(${quoted(directory)})`, [`sh ${quoted(line)}`]); // prettier-ignore
  return block(`stage(${quoted(task.name)})`, [
    ...block('agent', block('docker', [`image ${quoted(image)}`])),
    ...(options.length === 0 ? [] : block('options', options)),
    ...block(
      'environment',
      task.secrets.map(name => `${name} = credentials(${quoted(name)})`),
    ),
    ...block('steps', [
      // agents keep their folder from build to build
      `sh ${quoted(`rm -rf ${shellLine([fromTop(plan, '.modelyard')])}`)}`,
      ...task.inputs.map(one => `unstash ${quoted(one.id)}`),
      ...command,
      `stash name: ${quoted(task.id)}, includes: ${quoted(`${fromTop(plan, handoverFolder(task))}/**`)}`,
    ]),
  ]);
}
