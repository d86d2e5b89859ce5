/** Every way a call can fail. Callers test the code; the message is a full English sentence that names the thing. */
export type ErrorCode =
  | 'params.invalid' // a parameter of a call is missing, of the wrong type or out of range
  | 'not-found' // the run, model, dataset, step ... that was named does not exist
  | 'conflict' // exists already, is immutable, or is in a state that forbids it
  | 'cancelled' // the caller (or somebody else) cancelled
  | 'untrusted' // needs a trusted workspace
  | 'config.missing' // no modelyard.yaml
  | 'config.invalid' // modelyard.yaml does not parse or does not fit the schema
  | 'data.missing' // a data file is not there
  | 'data.unreadable' // not the format it claims: binary, wrong delimiter, broken row
  | 'data.empty' // no rows
  | 'data.column' // a column that the config names and the data lacks, or of the wrong type
  | 'data.expectation' // an `expect:` rule failed
  | 'data.check' // a check of `checks:` fails, or cannot be judged
  | 'training.label' // the label has one class, missing values, ...
  | 'training.numeric' // NaN or infinity where a number is needed, no convergence
  | 'training.parity' // the exported ONNX model scores differently from the native one
  | 'step.failed' // a step's command or child process failed
  | 'step.timeout'
  | 'gate.failed' // a gate blocks
  | 'store.full' // no room on the disk
  | 'store.readonly' // the folder or file cannot be written
  | 'store.corrupt' // the database file is damaged
  | 'store.foreign' // the file is not a Modelyard database
  | 'store.newer' // made by a newer Modelyard
  | 'store.failed' // any other failure of the database
  | 'engine.unreachable' // the engine process cannot be started or reached
  | 'engine.refused' // the engine did not accept the connection: no or a wrong token
  | 'engine.version' // the engine that runs is of another version
  | 'remote.unreachable' // another server cannot be reached, or does not answer as it should
  | 'remote.refused' // another server said no
  | 'internal'; // a defect of Modelyard

/** Where something is wrong. Lines and columns count from 1. */
export interface Place {
  /** Relative to the workspace folder, with `/`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** Path of a key in modelyard.yaml (`pipelines.train.steps.split.with.test`), or a column of a data file. */
  readonly key?: string;
}

/** An error as it crosses the wire (JSON-RPC `error.data`, HTTP, the command line's `--json`). */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly place?: Place;
  /** Where modelyard.yaml asks for it, when `place` is in another file. */
  readonly config?: Place;
  /** The way out, as a sentence: what the person can do now. */
  readonly fix?: string;
  /** Values a user interface may need: ids, counts, bounds. */
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
}
