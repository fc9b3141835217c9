// Generated from schemas/ by scripts/generate.mjs. Do not edit.
/** One error as ajv reports it. */
export interface ValidationError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Validates a JSON value; after a false answer `errors` tells why. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

export const validateNodesForm: Validator;
export const validateAdapterForm: Validator;
export const validateStates: Validator;
export const validateAgent: Validator;
export const validateModelProfile: Validator;
export const validateJsonSchema: Validator;
