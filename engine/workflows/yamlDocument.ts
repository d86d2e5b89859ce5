import { Document, type ToStringOptions } from 'yaml';

const style: ToStringOptions = { lineWidth: 0, defaultStringType: 'PLAIN' };

/** One document as YAML. No anchors: not every reader of workflows knows them. */
export const yamlDocument = (document: object): string =>
  new Document(document, { aliasDuplicateObjects: false }).toString(style);
