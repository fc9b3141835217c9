import type { JsonObject } from '../../protocol/json.ts';
import { objectField } from '../documents/json-access.ts';
import { typeNames } from '../documents/schema-mistakes.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';

/** What is written where our own schemas leave everything open: JSON Schemas, and what the simulated model reads. For completion and hover; nothing is checked by it. */
const schemaFields: JsonObject = {
  type: { description: 'What kind of value it is.', enum: [...typeNames], examples: ['string'] },
  description: { description: 'What it means; shown where it is asked for, and told to the model.', type: 'string', examples: ['Days of history'] },
  default: { description: 'What stands for a value that is not given.', examples: [30] },
  enum: { description: 'The values that are allowed.', type: 'array', items: {}, examples: [['fast', 'slow']] },
  properties: { description: 'The fields of a mapping: name to JSON Schema.', type: 'object', additionalProperties: { $ref: '#/definitions/schema' }, examples: [{ symbol: { type: 'string' } }] },
  items: { $ref: '#/definitions/schema' },
  required: { description: 'The fields that a mapping must have.', type: 'array', items: { type: 'string' }, examples: [['symbol']] },
  additionalProperties: { description: 'Whether other fields may stand beside the named ones.', type: 'boolean', examples: [false] },
  minimum: { description: 'The least number.', type: 'number', examples: [0] },
  maximum: { description: 'The greatest number.', type: 'number', examples: [1] },
  minLength: { description: 'The fewest characters of a text.', type: 'integer', examples: [1] },
  maxLength: { description: 'The most characters of a text.', type: 'integer', examples: [200] },
  pattern: { description: 'A regular expression that a text must match.', type: 'string', examples: ['^[A-Z]{3}$'] },
  format: { description: 'The form of a text.', enum: ['date', 'date-time', 'time', 'email', 'uri', 'uuid'], examples: ['date'] },
  minItems: { description: 'The fewest items of a list.', type: 'integer', examples: [1] },
  maxItems: { description: 'The most items of a list.', type: 'integer', examples: [10] },
};

const simulated = { 'x-dagbook-providers': ['simulated'] };

const simulatedExtras: JsonObject = {
  reply: { ...simulated, description: 'What it answers: a text or JSON, whose strings may hold expressions.', examples: [{ symbol: 'SPY' }] },
  latency_ms: { ...simulated, description: 'Milliseconds before its first token.', type: 'number', examples: [200] },
  tokens_per_second: { ...simulated, description: 'How fast it writes. Without it the answer comes at once.', type: 'number', examples: [40] },
  tool_calls: { ...simulated, description: 'The tool calls of each turn before it answers.', type: 'array', items: {}, examples: [[[{ name: 'search', arguments: {} }]]] },
  fail: {
    ...simulated,
    description: 'Lets the first calls fail.',
    type: 'object',
    properties: { error: { description: 'The name of the error.', type: 'string', examples: ['Tool.TemporaryFailure'] }, times: { description: 'How many calls fail.', type: 'integer', examples: [1] } },
    examples: [{ error: 'Tool.TemporaryFailure', times: 1 }],
  },
  stall: { ...simulated, description: 'It never answers.', type: 'boolean', examples: [true] },
  ignore_abort: { ...simulated, description: 'It goes on after an abort as if nothing had happened.', type: 'boolean', examples: [true] },
  overrun_tokens: { ...simulated, description: 'Tokens it sends past its limit.', type: 'integer', examples: [100] },
  usage: { ...simulated, description: 'Whether it tells the tokens it used: as they are, not at all, or too many.', enum: ['honest', 'omit', 'lie'], examples: ['lie'] },
  price: { ...simulated, description: 'US dollars per million tokens, or `free`.', examples: [{ input: 0.25, output: 2 }] },
};

const root: JsonObject = { definitions: { schema: { description: 'A JSON Schema.', type: 'object', additionalProperties: true, 'x-dagbook-json-schema': true, properties: schemaFields, examples: [{ type: 'string' }] } } };

/** A schema of ours with the fields that are usual where it leaves them open. */
export function withVocabulary(cursor: SchemaCursor): SchemaCursor {
  const { schema } = cursor;
  const fields = schema['x-dagbook-json-schema'] === true ? schemaFields : schema['x-dagbook-vocabulary'] === 'simulated' ? simulatedExtras : null;
  if (fields === null) return cursor;
  return { root, schema: { ...schema, properties: { ...fields, ...objectField(schema, 'properties') } } };
}
