import type { InfraFinding, InfraTarget } from '../../protocol/infrastructure';
import { dockerfileFindings } from './dockerfile';
import { kubernetesFindings } from './kubernetes';
import { terraformFindings } from './terraform';

/** What is wrong with the text of a file, by its lines. */
export function findingsOf(target: InfraTarget, text: string): readonly InfraFinding[] {
  switch (target) {
    case 'image':
      return dockerfileFindings(text);
    case 'kubernetes':
      return kubernetesFindings(text);
    case 'terraform':
      return terraformFindings(text);
  }
}
