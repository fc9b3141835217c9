import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { RequestContext } from '../../runtime/models/request-context.ts';
import { sampleFromSchema } from '../../runtime/models/sample-from-schema.ts';
import type { Pick } from '../../runtime/models/simulated-prose.ts';

const context: RequestContext = {
  role: 'analyst', goal: 'Review the login form.', criteria: ['no secrets in logs', 'rate limits exist'],
  inputs: { universe: ['SPY', 'QQQ'], lookback_days: 30 }, upstream: { research: { symbol: 'QQQ', score: 0.8, summary: 'QQQ leads.' } }, run: { inputs: { region: 'north' } }, prompt: 'x',
};

function sample(schema: JsonObject, seed = 1): Json {
  const random = createSeededRandom(seed);
  const pick: Pick = (choices) => choices[Math.floor(random() * choices.length)] ?? choices[0];
  return sampleFromSchema(schema, context, { random, pick });
}

const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 9 });
addFormats.default(ajv);

function problems(schema: JsonObject, value: Json): string | null {
  return ajv.validate(schema, value) ? null : `${ajv.errorsText()} in ${JSON.stringify(value)} for ${JSON.stringify(schema)}`;
}

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, required: Object.keys(properties), ...more });

describe('an instance fits', () => {
  test.each<[string, JsonObject]>([
    ['an empty schema', {}],
    ['a constant', { const: { a: [1, null] } }],
    ['an enum', { enum: ['x', 3, null] }],
    ['a number between bounds', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.001 }],
    ['an integer between bounds', { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 }],
    ['a multiple', { type: 'number', multipleOf: 0.1, minimum: 0.25, maximum: 0.35 }],
    ['a large multiple', { type: 'integer', multipleOf: 7, minimum: 100 }],
    ['a negative maximum', { type: 'number', maximum: -5 }],
    ['a short text', { type: 'string', maxLength: 3 }],
    ['a long text', { type: 'string', minLength: 300, maxLength: 310 }],
    ['an empty text', { type: 'string', maxLength: 0 }],
    ['a pattern', { type: 'string', pattern: '^ORD-[0-9]{4}(-[A-Z]{2})?$' }],
    ['a pattern with alternatives', { type: 'string', pattern: '^(?:buy|sell) [1-9]\\d* [A-Z]{2,5}$', minLength: 8 }],
    ['a digest', { type: 'string', pattern: '^sha256:[a-f0-9]{64}$' }],
    ['formats', object(Object.fromEntries(['date', 'date-time', 'time', 'email', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname', 'duration'].map((format) => [format, { type: 'string', format }])))],
    ['a list', { type: 'array', items: { type: 'string' }, minItems: 3, maxItems: 4, uniqueItems: true }],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false, minItems: 2 }],
    ['unique enum items', { type: 'array', items: { enum: ['a', 'b', 'c'] }, minItems: 3, uniqueItems: true }],
    ['an object with required names it does not describe', { type: 'object', required: ['a', 'b'] }],
    ['a map', { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 3 }],
    ['few properties', { ...object({ a: { type: 'string' } }), properties: { a: { type: 'string' }, b: {}, c: {} }, maxProperties: 1 }],
    ['references', { ...object({ a: { $ref: '#/$defs/money' }, b: { type: 'array', items: { $ref: '#/$defs/money' }, minItems: 1 } }), $defs: { money: object({ amount: { type: 'number', minimum: 0 }, currency: { enum: ['USD', 'EUR'] } }) } }],
    ['a tree', { $ref: '#/$defs/node', $defs: { node: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } } } } }],
    ['a linked list that must end in null', { $ref: '#/$defs/list', $defs: { list: object({ head: { type: 'integer' }, tail: { anyOf: [{ $ref: '#/$defs/list' }, { type: 'null' }] } }) } }],
    ['all of several', { allOf: [object({ a: { type: 'number', minimum: 3 } }), object({ b: { enum: [1, 2] } }), { properties: { a: { maximum: 4 }, b: { enum: [2, 3] } } }] }],
    ['the tightest of several bounds', { allOf: [{ type: 'integer', minimum: 5, maximum: 9 }, { minimum: 1, maximum: 20 }, { minimum: 6, maximum: 6.5 }, { minimum: 0 }] }],
    ['one of several by a tag', { oneOf: [object({ kind: { const: 'a' }, x: { type: 'integer' } }), object({ kind: { const: 'b' }, y: { type: 'string' } })] }],
    ['any of several requirements', { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, anyOf: [{ required: ['a'] }, { required: ['b'] }] }],
    ['if and then', { ...object({ side: { enum: ['buy'] } }), if: { properties: { side: { const: 'buy' } } }, then: { required: ['limit'], properties: { limit: { type: 'number' } } } }],
    ['a nullable field', object({ a: { type: ['string', 'null'] }, b: { anyOf: [{ type: 'null' }, { type: 'integer' }] } })],
    ['defaults and examples', object({ a: { type: 'integer', default: 7 }, b: { type: 'string', examples: ['ready'] }, c: { type: 'integer', default: 'wrong', minimum: 2 } })],
    ['booleans for schemas', object({ a: true })],
  ])('%s', (_name, schema) => {
    for (const seed of [1, 2, 3]) expect(problems(schema, sample(schema, seed))).toBeNull();
  });
});

describe('an instance makes sense', () => {
  test('takes over what is known by the same name', () => {
    expect(sample(object({ symbol: { type: 'string' }, lookbackDays: { type: 'integer' }, universe: { type: 'array', items: { type: 'string' } }, region: { type: 'string' } }))).toEqual({ symbol: 'QQQ', lookbackDays: 30, universe: ['SPY', 'QQQ'], region: 'north' });
    expect(sample(object({ lookback_days: { type: 'integer', maximum: 10 } }))).not.toEqual({ lookback_days: 30 });
    expect(sample(object({ symbol: { enum: ['IWM', 'DIA'] } }))).not.toEqual({ symbol: 'QQQ' });
  });

  test('prefers examples and defaults', () => {
    expect(sample(object({ a: { type: 'integer', default: 7 }, b: { type: 'string', examples: ['ready'], default: 'other' } }))).toEqual({ a: 7, b: 'ready' });
  });

  test('gives a verdict on each criterion', () => {
    const detail = object({ criterion: { type: 'string' }, passed: { type: 'boolean' }, score: { type: 'number', minimum: 0, maximum: 1 }, feedback: { type: 'string' } });
    const verdict = sample(object({ passed: { type: 'boolean' }, overall_score: { type: 'number', minimum: 0, maximum: 1 }, feedback: { type: 'string' }, details: { type: 'array', items: detail } })) as { passed: boolean; overall_score: number; feedback: string; details: { criterion: string }[] };
    expect(verdict.passed).toBe(true);
    expect(verdict.overall_score).toBeGreaterThan(0.5);
    expect(verdict.feedback).toContain('research');
    expect(verdict.details.map((one) => one.criterion)).toEqual(context.criteria);
  });

  test('does not repeat itself in a list', () => {
    const findings = sample({ type: 'array', items: { type: 'string', description: 'One finding' }, minItems: 8 }) as string[];
    expect(new Set(findings).size).toBe(8);
  });
});

const leaf: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: -100, max: 100 }) }),
  fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 50 })).map(([minimum, span]) => ({ type: 'integer', minimum, maximum: minimum + span })),
  fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0.001, max: 1e6, noNaN: true })).map(([minimum, span]) => ({ type: 'number', exclusiveMinimum: minimum, maximum: minimum + span })),
  fc.tuple(fc.nat(200), fc.nat(100)).map(([minLength, more]) => ({ type: 'string', minLength, maxLength: minLength + more })),
  fc.constantFrom<JsonObject>({ type: 'boolean' }, { type: 'null' }, { type: ['null', 'string'] }, { enum: ['a', 1, false] }, { const: 'k' }, {}, { type: 'string', pattern: '^[a-c]{2,4}x?$' }),
);
const { schema: anySchema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie('schema'), fc.nat(4), fc.nat(4)).map(([items, minItems, more]) => ({ type: 'array', items, minItems, maxItems: minItems + more })),
    fc.dictionary(fc.constantFrom('a', 'name', 'score', 'summary', 'symbol', 'items', 'date', 'lookback_days', 'constructor'), tie('schema'), { maxKeys: 5 }).map((properties) => ({ type: 'object', properties, required: Object.keys(properties).slice(0, 2), additionalProperties: false })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
  ),
}));

test('whatever the schema, the instance fits it', () => {
  fc.assert(
    fc.property(anySchema, fc.nat(), (schema, seed) => {
      expect(problems(schema, sample(schema, seed))).toBeNull();
    }),
    { numRuns: 1000 },
  );
});
