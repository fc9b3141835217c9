// Generated from schemas/model-profile.schema.json by scripts/generate.mjs. Do not edit.

/**
 * A model profile: how to reach a model, and how to start its server.
 */
export interface ModelProfileDocument {
  /**
   * The profile's name.
   */
  name: string;
  /**
   * The provider whose API it speaks.
   */
  provider?: string;
  /**
   * Where the API is.
   */
  base_url?: string;
  /**
   * The program that starts the server.
   */
  command?: string;
  /**
   * The program's arguments.
   */
  args?: string[];
  /**
   * Environment of the program, beside ours without what looks like a credential: a text, or `secret: NAME` for a value that must not stand in a file. What a program that is given a secret prints is not kept.
   */
  env?: {
    [k: string]:
      | string
      | {
          /**
           * The secret's name.
           */
          secret: string;
        };
  };
  /**
   * The models the server answers for.
   */
  served_models?: string[];
  /**
   * Whether calls may go there. Switched off, the profile can be looked at but not started.
   */
  enabled?: boolean;
}
