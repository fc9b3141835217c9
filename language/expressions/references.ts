import type { AstNode, AstPair, AstStage } from './jsonata-ast.ts';

/** A name as it stands in the source; `end` is the offset after its last character. */
export interface NamedPlace {
  readonly name: string;
  readonly end: number;
}

export interface References {
  /** First names of paths that start at the root of the scope: `inputs`, `nodes`, ... */
  readonly roots: readonly NamedPlace[];
  /** Ids in `nodes.<id>`. */
  readonly nodes: readonly NamedPlace[];
  /** Names in `nodes.<id>.<name>`. */
  readonly nodeFields: readonly NamedPlace[];
  /** Names in `inputs.<name>`. */
  readonly inputs: readonly NamedPlace[];
  /** Variables and functions that are read, without `$`. */
  readonly variables: readonly NamedPlace[];
  /** Variables the expression binds itself. */
  readonly bound: ReadonlySet<string>;
  /** Names called as functions without `$`. */
  readonly calledNames: readonly NamedPlace[];
  /** `nodes["x"]` and `inputs["x"]`: a filter that always holds, though it looks like a lookup. */
  readonly stringFilters: readonly NamedPlace[];
  /** `nodes[0]`. */
  readonly numberFilters: readonly NamedPlace[];
  /** Regular expressions; `end` as in NamedPlace. */
  readonly regexes: readonly { readonly regex: RegExp; readonly end: number }[];
  readonly usesClock: boolean;
  readonly usesRandom: boolean;
  readonly usesTransform: boolean;
  /** Whether it groups, builds objects or keeps arrays (`[]`): there jsonata may write to the arrays it was given. */
  readonly mayWriteToInput: boolean;
}

/** What a relative path means at a place: the scope itself, its `nodes`, one of them, its `inputs`, or some value inside them. */
type Context = 'root' | 'nodes' | 'node' | 'inputs' | 'value';

/**
 * Finds what an expression reads. Context is followed as the evaluator does it: a filter, a sort term, a grouping and
 * every later step see the value they stand on, so `items[nodes = 1]` reads a field called nodes, not the scope's.
 */
export function findReferences(ast: AstNode): References {
  const collector = new ReferenceCollector();
  collector.visit(ast, 'root');
  return collector;
}

class ReferenceCollector implements References {
  readonly roots: NamedPlace[] = [];
  readonly nodes: NamedPlace[] = [];
  readonly nodeFields: NamedPlace[] = [];
  readonly inputs: NamedPlace[] = [];
  readonly variables: NamedPlace[] = [];
  readonly bound = new Set<string>();
  readonly calledNames: NamedPlace[] = [];
  readonly stringFilters: NamedPlace[] = [];
  readonly numberFilters: NamedPlace[] = [];
  readonly regexes: { readonly regex: RegExp; readonly end: number }[] = [];
  usesClock = false;
  usesRandom = false;
  usesTransform = false;
  mayWriteToInput = false;

  visit(node: AstNode, context: Context): void {
    this.#visitBody(node, context);
    // A path decorates its steps, and groups what its last step gives; #path has done both.
    if (node.keepArray === true) this.mayWriteToInput = true;
    if (node.type !== 'path') this.#decorations(node, resultContext(node, context));
  }

  #visitBody(node: AstNode, context: Context): void {
    switch (node.type) {
      case 'path':
        this.#path(node, context);
        return;
      case 'binary':
      case 'apply':
        this.visit(node.lhs, context);
        if (node.type === 'apply' && node.rhs.type === 'function') this.#call(node.rhs, context, 1);
        else this.visit(node.rhs, context);
        return;
      case 'unary':
        this.#unary(node, context);
        return;
      case 'name':
        this.#name(node, context);
        return;
      case 'variable':
        this.#variable(node);
        return;
      case 'condition':
        for (const child of [node.condition, node.then, node.else]) if (child !== undefined) this.visit(child, context);
        return;
      case 'block':
        for (const child of node.expressions) this.visit(child, context);
        return;
      case 'bind':
        if (node.lhs.type === 'variable') this.bound.add(node.lhs.value);
        this.visit(node.rhs, context);
        return;
      case 'function':
      case 'partial':
        this.#call(node, context, 0);
        return;
      case 'lambda':
        for (const parameter of node.arguments) if (parameter.type === 'variable') this.bound.add(parameter.value);
        this.visit(node.body, context);
        return;
      case 'transform':
        this.usesTransform = true;
        for (const child of [node.pattern, node.update, node.delete]) if (child !== undefined) this.visit(child, 'value');
        return;
      case 'sort':
        for (const term of node.terms) this.visit(term.expression, context);
        return;
      case 'regex':
        if (node.value instanceof RegExp) this.regexes.push({ regex: node.value, end: node.position ?? 0 });
        return;
      case 'string':
      case 'number':
      case 'value':
      case 'wildcard':
      case 'descendant':
      case 'parent':
      case 'operator':
        return;
    }
  }

  #path(node: AstNode & { readonly type: 'path' }, start: Context): void {
    let context = start;
    if (node.keepSingletonArray === true || node.group !== undefined) this.mayWriteToInput = true;
    for (const step of node.steps) {
      this.#visitBody(step, context);
      const result = resultContext(step, context);
      this.#decorations(step, result);
      // `@$v` keeps the context it started from.
      if (step.focus === undefined) context = result;
    }
    this.#group(node.group?.lhs ?? [], context);
  }

  #decorations(node: AstNode, context: Context): void {
    if (node.focus !== undefined) this.bound.add(node.focus);
    if (node.index !== undefined) this.bound.add(node.index);
    for (const stage of [...(node.predicate ?? []), ...(node.stages ?? [])]) this.#stage(stage, context);
    if (node.group !== undefined || node.keepArray === true) this.mayWriteToInput = true;
    this.#group(node.group?.lhs ?? [], context);
  }

  #stage(stage: AstStage, context: Context): void {
    if (stage.type === 'index') {
      this.bound.add(stage.value);
      return;
    }
    const isLookup = stage.expr.type === 'string' && (context === 'nodes' || context === 'inputs');
    if (stage.expr.type === 'number' && context === 'nodes') this.numberFilters.push({ name: String(stage.expr.value), end: stage.expr.position ?? 0 });
    if (isLookup) this.stringFilters.push({ name: stage.expr.value, end: stage.expr.position ?? 0 });
    this.visit(stage.expr, context);
  }

  #group(pairs: readonly AstPair[], context: Context): void {
    for (const [key, value] of pairs) {
      this.visit(key, context);
      this.visit(value, context);
    }
  }

  #unary(node: AstNode & { readonly type: 'unary' }, context: Context): void {
    if (node.value === '-') this.visit(node.expression, context);
    else if (node.value === '[') for (const item of node.expressions) this.visit(item, context);
    else {
      this.mayWriteToInput = true;
      this.#group(node.lhs, context);
    }
  }

  #name(node: AstNode & { readonly type: 'name' }, context: Context): void {
    const place = { name: node.value, end: node.position ?? 0 };
    switch (context) {
      case 'root':
        this.roots.push(place);
        return;
      case 'nodes':
        this.nodes.push(place);
        return;
      case 'node':
        this.nodeFields.push(place);
        return;
      case 'inputs':
        this.inputs.push(place);
        return;
      case 'value':
        return;
    }
  }

  #variable(node: AstNode & { readonly type: 'variable' }): void {
    if (node.value === '' || node.value === '$') return;
    this.variables.push({ name: node.value, end: node.position ?? 0 });
    if (node.value === 'now' || node.value === 'millis' || node.value === 'toMillis') this.usesClock = true;
    if (node.value === 'random' || node.value === 'shuffle') this.usesRandom = true;
  }

  /** `piped` = arguments that `~>` puts before the written ones. */
  #call(node: AstNode & { readonly type: 'function' | 'partial' }, context: Context, piped: number): void {
    const procedure = node.procedure;
    const onlyStep = procedure.type === 'path' && procedure.steps.length === 1 ? procedure.steps[0] : undefined;
    if (onlyStep?.type === 'name') {
      this.calledNames.push({ name: onlyStep.value, end: onlyStep.position ?? 0 });
    } else if (procedure.type === 'variable' && procedure.value === 'toMillis' && node.arguments.length + piped < 2) {
      // Only with a picture does $toMillis fill in missing parts from the current time.
      this.variables.push({ name: 'toMillis', end: procedure.position ?? 0 });
    } else {
      this.visit(procedure, context);
    }
    for (const argument of node.arguments) this.visit(argument, context);
    if (piped > 0) this.#decorations(node, 'value');
  }
}

function resultContext(node: AstNode, context: Context): Context {
  if (node.type === 'variable') return node.value === '$' ? 'root' : node.value === '' ? context : 'value';
  if (node.type === 'sort') return context;
  if (node.type === 'path') return node.steps.reduce<Context>((at, step) => (step.focus === undefined ? resultContext(step, at) : at), context);
  if (node.type === 'block') {
    const last = node.expressions.at(-1);
    return last === undefined ? 'value' : resultContext(last, context);
  }
  if (node.type === 'name' && context === 'nodes') return 'node';
  if (node.type !== 'name' || context !== 'root') return 'value';
  return node.value === 'nodes' || node.value === 'inputs' ? node.value : 'value';
}
