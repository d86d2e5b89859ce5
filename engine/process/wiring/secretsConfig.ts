import { parseConfig } from '../../config/parse';
import type { AuditConfig } from '../../protocol/audit';

/** What `security: secrets` of a modelyard.yaml says, for whoever has its text and no engine; one with errors says nothing. */
export const secretsConfig = (text: string, file: string): AuditConfig['secrets'] =>
  parseConfig(text, file).config?.security?.secrets;
