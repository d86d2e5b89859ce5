import type {
  CompletionEntry,
  ConfigDiagnostic,
  ConfigEdit,
  ConfigLocation,
  ConfigOutline,
  ConfigPosition,
  HoverInfo,
  RuleChange,
  TextRange,
} from '../config';

/** Calls about modelyard.yaml and its text. */
export interface ConfigMethods {
  /** `text`: the unsaved text of an editor; else the file is read. */
  'config/outline': { params: { text?: string }; result: ConfigOutline };
  'config/diagnose': { params: { text?: string }; result: readonly ConfigDiagnostic[] };
  'config/complete': { params: ConfigPosition; result: readonly CompletionEntry[] };
  'config/hover': { params: ConfigPosition; result: HoverInfo | null };
  'config/definition': { params: ConfigPosition; result: ConfigLocation | null };
  /** Where keys (dotted paths) are, or the nearest ones above that exist. */
  'config/locate': {
    params: { text?: string; keys: readonly string[] };
    result: readonly (TextRange | null)[];
  };
  /** How the text has to change so that the rule at a key is another; null: it cannot be. Writes nothing. */
  'config/editRule': { params: { text?: string; key: string; change: RuleChange }; result: ConfigEdit | null };
  /** How the text has to change so that the public key in a file is trusted; null: it is, or cannot be put in. */
  'config/editKeys': { params: { text?: string; file: string }; result: ConfigEdit | null };
}
