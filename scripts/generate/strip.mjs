const mapsOfSchemas = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);

/** A copy of a schema without the keywords for which `drop(keyword)` holds. Names of fields are not keywords. */
export function strip(schema, drop) {
  if (Array.isArray(schema)) return schema.map((item) => strip(item, drop));
  if (schema === null || typeof schema !== 'object') return schema;
  const kept = Object.entries(schema).filter(([keyword]) => !drop(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (keyword === 'default' || keyword === 'const' || keyword === 'enum') return [keyword, value];
      if (!mapsOfSchemas.has(keyword)) return [keyword, strip(value, drop)];
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, strip(inner, drop)]))];
    }),
  );
}
