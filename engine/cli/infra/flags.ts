export interface InfraGenerateFlags {
  readonly write?: boolean;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly diff?: boolean;
}

export interface InfraCheckFlags {
  readonly tools?: boolean;
  readonly cluster?: boolean;
}
