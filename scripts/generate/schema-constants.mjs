/** The schemas as values: defaults, hover texts and the fields that do not act yet are read from them at run time. */
export function generateSchemaConstants(schemas) {
  const files = new Map();
  for (const [name, schema] of Object.entries(schemas)) {
    const constant = `${name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())}Schema`;
    files.set(
      `language/documents/generated/${name}-schema.ts`,
      [
        `// Generated from schemas/${name}.schema.json by scripts/generate.mjs. Do not edit.`,
        "import type { JsonObject } from '../../../protocol/json.ts';",
        '',
        `export const ${constant}: JsonObject = ${JSON.stringify(schema, null, 2)};`,
        '',
      ].join('\n'),
    );
  }
  return files;
}
