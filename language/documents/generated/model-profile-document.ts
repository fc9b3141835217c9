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
   * The models the server answers for.
   */
  served_models?: string[];
  /**
   * Whether calls may go there. Switched off, the profile can be looked at but not started.
   */
  enabled?: boolean;
}
