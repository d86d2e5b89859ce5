import type { CiSystem } from '../../protocol/ci';
import { azureText } from './azure';
import { githubText } from './github';
import { gitlabText } from './gitlab';
import { shortDigest, withHeader } from '../files/header';
import { jenkinsText } from './jenkins';
import type { CiPlan } from './plan';

interface Writer {
  readonly text: (plan: CiPlan) => string;
  readonly language: 'yaml' | 'groovy';
  /** How a comment begins. */
  readonly comment: string;
  /** Where the system looks for it. `part`: of the workspace's folder, empty at the top of the repository. */
  readonly file: (part: string) => string;
}

export const writers: Readonly<Record<CiSystem, Writer>> = {
  github: {
    text: githubText,
    language: 'yaml',
    comment: '#',
    file: part => `.github/workflows/modelyard${part === '' ? '' : `-${part.replace(/[^\w]+/g, '-')}`}.yml`,
  },
  gitlab: { text: gitlabText, language: 'yaml', comment: '#', file: part => beside(part, '.gitlab-ci.yml') },
  jenkins: { text: jenkinsText, language: 'groovy', comment: '//', file: part => beside(part, 'Jenkinsfile') },
  azure: { text: azureText, language: 'yaml', comment: '#', file: part => beside(part, 'azure-pipelines.yml') },
};

const beside = (part: string, file: string): string => (part === '' ? file : `${part}/${file}`);

export interface Generated {
  readonly text: string;
  /** Of all that it is made from. */
  readonly config: string;
}

/** The file of a system, without anything of its owner's. `version`: of Modelyard, for the header. */
export function generate(plan: CiPlan, version: string): Generated {
  const config = shortDigest(JSON.stringify(plan));
  const { text, comment } = writers[plan.system];
  return { text: withHeader(text(plan), { system: plan.system, version, config, comment }), config };
}
