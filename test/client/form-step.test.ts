import { describe, expect, it } from 'vitest';
import { formSteps, formValue, inputsSchema, readTyped, typedAs, type FormStep } from '../../client/forms/form-step.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

function only(schema: JsonObject): FormStep {
  return formSteps({ type: 'object', properties: { x: schema }, required: ['x'] })[0]!;
}
const read = (schema: JsonObject, text: string): Json | undefined => {
  const reading = readTyped(only(schema), text);
  return reading.ok ? reading.value : reading.message;
};

describe('a form made from a JSON Schema', () => {
  it('asks for what is required first, each property by the field that fits it', () => {
    const steps = formSteps({
      type: 'object', required: ['b', 'yes'],
      properties: { a: { type: 'string' }, b: { enum: ['x', 'y'] }, yes: { type: 'boolean' }, n: { type: 'integer' }, list: { type: 'array', items: { type: 'string' } }, some: { type: 'array', items: { enum: [1, 2] } }, o: { type: 'object' }, any: {} },
    });
    expect(steps.map(({ key, kind, required }) => `${key}:${kind}${required ? '!' : ''}`)).toEqual(['b:pick!', 'yes:pick!', 'a:text', 'n:number', 'list:list', 'some:many', 'o:json', 'any:json']);
  });

  it('asks one question for a value that is no object, and none for an object without properties', () => {
    expect(formSteps({ type: 'string' }).map(({ key }) => key)).toEqual(['']);
    expect(formSteps({ type: 'object' })).toEqual([]);
    expect(formValue(formSteps({ type: 'string' }), new Map([['', 'hello']]))).toBe('hello');
  });

  it('begins with what was given last, else with the default', () => {
    const schema = { type: 'object', properties: { a: { type: 'integer', default: 3 }, b: { type: 'integer', default: 4 } } };
    expect(formSteps(schema, { a: 7 }).map(({ initial }) => initial)).toEqual([7, 4]);
  });

  it('requires of a run only inputs that have no default', () => {
    expect(inputsSchema({ a: { type: 'string', required: true }, b: { type: 'string', required: true, default: 'x' }, c: { type: 'string' } })['required']).toEqual(['a']);
  });

  it('reads numbers, lists and JSON as what they are', () => {
    expect(read({ type: 'integer' }, ' 42 ')).toBe(42);
    expect(read({ type: 'number' }, '1e3')).toBe(1_000);
    expect(read({ type: 'array', items: { type: 'string' } }, 'SPY, QQQ ,')).toEqual(['SPY', 'QQQ']);
    expect(read({ type: 'object' }, '{"a": [1]}')).toEqual({ a: [1] });
    expect(read({ type: 'string' }, '01234')).toBe('01234');
    expect(read({}, 'null')).toBeNull();
  });

  it('says what is wrong with a value before it is sent', () => {
    expect(read({ type: 'integer' }, '1.5')).toBe('A whole number is needed.');
    expect(read({ type: 'integer' }, 'many')).toBe('"many" is not a number.');
    expect(read({ type: 'integer', minimum: 5 }, '4')).toBe('At least 5.');
    expect(read({ type: 'integer', minimum: 5, maximum: 5 }, '5')).toBe(5);
    expect(read({ type: 'number', exclusiveMaximum: 1 }, '1')).toBe('Less than 1.');
    expect(read({ type: 'string', pattern: '^[A-Z]+$' }, 'abc')).toBe('This must match ^[A-Z]+$.');
    expect(read({ type: 'string', maxLength: 2 }, '🙂🙂')).toBe('🙂🙂');
    expect(read({ type: 'array', items: { type: 'string', pattern: '^[A-Z]+$' } }, 'SPY, qqq')).toBe('qqq: This must match ^[A-Z]+$.');
    expect(read({ type: 'array', items: { type: 'string' }, minItems: 2 }, 'SPY')).toBe('At least 2 items.');
    expect(read({ type: 'object' }, '[1]')).toBe('This must be of the type object.');
    expect(read({ type: 'object' }, '{a')).toMatch(/^This is not JSON: /);
    expect(read({ type: 'string' }, '')).toBe('A value is needed.');
  });

  it('takes nothing for nothing where a value may be left out, and a pattern that is none for no rule', () => {
    const [step] = formSteps({ type: 'object', properties: { x: { type: 'string', pattern: '(' } } });
    expect(readTyped(step!, '')).toEqual({ ok: true, value: undefined });
    expect(readTyped(step!, 'x')).toEqual({ ok: true, value: 'x' });
    expect(formValue([step!], new Map())).toEqual({});
  });

  it('shows a value the way it is typed', () => {
    const shown = (schema: JsonObject, value: Json): string => typedAs(only(schema), value);
    expect(shown({ type: 'array', items: { type: 'string' } }, ['a', 'b'])).toBe('a, b');
    expect(shown({ type: 'object' }, { a: 1 })).toBe('{"a":1}');
    expect(shown({}, 'text')).toBe('"text"');
    expect(shown({ type: 'string' }, 'text')).toBe('text');
  });
});
