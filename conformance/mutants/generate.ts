import ts from 'typescript';

/** A small way to break a file: the text between two places is replaced. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** What was done, such as `=== → !==`. */
  readonly what: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Every way to break a file that is known here, from the first line to the last. Texts for people are left alone. */
export function mutantsOf(file: string, code: string): Mutant[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (isForPeople(node)) return;
    for (const { target, text, what } of changes(node)) {
      const [start, end] = [target.getStart(source), target.getEnd()];
      mutants.push({ file, line: source.getLineAndCharacterOfPosition(start).line + 1, what: `${what}: ${code.slice(start, end).replace(/\s+/g, ' ').slice(0, 60)}`, start, end, text });
    }
    node.forEachChild(visit);
  };
  visit(source);
  return toldApart(mutants);
}

/** Those that would be called the same are numbered. */
function toldApart(mutants: readonly Mutant[]): Mutant[] {
  const alike = new Map<string, Mutant[]>();
  mutants.forEach(mutant => alike.set(mutant.what, [...alike.get(mutant.what) ?? [], mutant]));
  return mutants.map(mutant => {
    const all = alike.get(mutant.what) ?? [];
    return all.length === 1 ? mutant : { ...mutant, what: `${mutant.what} (${all.indexOf(mutant) + 1} of ${all.length})` };
  });
}

/** The code with one way to break it. */
export function broken(code: string, { start, end, text }: Mutant): string {
  return code.slice(0, start) + text + code.slice(end);
}

interface Change {
  readonly target: ts.Node;
  readonly text: string;
  readonly what: string;
}

function isForPeople(node: ts.Node): boolean {
  const isType = ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node);
  return isType || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isThrowStatement(node);
}

const OPERATORS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='], [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'], [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.LessThanToken, '<='], [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='], [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.PlusToken, '-'], [ts.SyntaxKind.MinusToken, '+'],
]);

const METHODS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'], ['every', 'some'], ['startsWith', 'endsWith'], ['endsWith', 'startsWith'],
  ['indexOf', 'lastIndexOf'], ['lastIndexOf', 'indexOf'], ['find', 'findLast'],
]);
/** Methods without which a list or text is as it was. */
const STEPS = ['filter', 'sort', 'reverse', 'toLowerCase', 'toUpperCase', 'trim', 'slice', 'flat', 'replace'];
const FUNCTIONS: ReadonlyMap<string, string> = new Map([['any', 'all'], ['all', 'any']]);

function changes(node: ts.Node): Change[] {
  if (ts.isBinaryExpression(node)) return ofBinary(node);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return [{ target: node, text: `(${node.operand.getText()})`, what: 'not negated' }];
  if (ts.isConditionalExpression(node)) return ofConditional(node);
  if (ts.isIfStatement(node)) return ofIf(node);
  if (ts.isCallExpression(node)) return ofCall(node);
  if (ts.isArrayLiteralExpression(node)) return ofArray(node);
  if (ts.isObjectLiteralExpression(node)) return ofObject(node);
  if (ts.isExpressionStatement(node)) return [{ target: node, text: ';', what: 'left out' }];
  return ofLiteral(node);
}

function ofBinary(node: ts.BinaryExpression): Change[] {
  const { left, right, operatorToken } = node;
  if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return [{ target: node, text: `(${left.getText()})`, what: 'without its default' }, { target: node, text: `(${right.getText()})`, what: 'always the default' }];
  }
  const operator = OPERATORS.get(operatorToken.kind);
  return operator === undefined ? [] : [{ target: operatorToken, text: operator, what: `→ ${operator} before ${right.getText().replace(/\s+/g, ' ').slice(0, 50)}` }];
}

function ofConditional({ condition, whenTrue, whenFalse }: ts.ConditionalExpression): Change[] {
  return [
    { target: condition, text: 'true', what: 'always' }, { target: condition, text: 'false', what: 'never' },
    ...isText(whenTrue) || isText(whenFalse) ? [] : [{ target: condition, text: `!(${condition.getText()})`, what: 'swapped' }],
  ];
}

function ofIf({ expression }: ts.IfStatement): Change[] {
  return [{ target: expression, text: 'false', what: 'if never' }, { target: expression, text: 'true', what: 'if always' }];
}

function ofCall(node: ts.CallExpression): Change[] {
  const { expression, arguments: args } = node;
  if (ts.isIdentifier(expression)) {
    if (expression.text === 'not') return [{ target: node, text: args[0].getText(), what: 'not negated' }];
    const other = FUNCTIONS.get(expression.text);
    return other === undefined ? [] : [{ target: node, text: `truth_1.${other}(${args.map(arg => arg.getText()).join(', ')})`, what: `→ ${other}` }];
  }
  if (!ts.isPropertyAccessExpression(expression)) return [];
  const name = expression.name.text;
  const other = METHODS.get(name);
  if (other !== undefined) return [{ target: expression.name, text: other, what: `→ ${other} in ${node.getText().replace(/\s+/g, ' ').slice(0, 50)}` }];
  return STEPS.includes(name) ? [{ target: node, text: expression.expression.getText(), what: `without ${name}` }] : [];
}

/** Each element left out, and two neighbours exchanged. */
function ofArray({ elements }: ts.ArrayLiteralExpression): Change[] {
  if (elements.length < 1 || elements.every(isText) && elements.length > 12) return [];
  const left = elements.map(element => ({ target: element, text: '...[]', what: 'element left out' }));
  const swapped = elements.slice(1).map((element, index) => ({ target: element, text: elements[index].getText(), what: `repeats ${elements[index].getText().replace(/\s+/g, ' ').slice(0, 30)} instead of` }));
  return elements.length > 1 && elements.length < 5 ? [...left, ...swapped] : left;
}

function ofObject({ properties }: ts.ObjectLiteralExpression): Change[] {
  return properties.map(property => ({ target: property, text: '...{}', what: 'property left out' }));
}

function ofLiteral(node: ts.Node): Change[] {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ target: node, text: 'false', what: '→ false' }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ target: node, text: 'true', what: '→ true' }];
  if (ts.isNumericLiteral(node)) return [{ target: node, text: `(${node.text} + 1)`, what: 'one more' }];
  if (ts.isStringLiteral(node) && isCompared(node)) return [{ target: node, text: '"another"', what: 'another text' }];
  return [];
}

const EQUALITY: readonly ts.SyntaxKind[] = [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken];
/** Methods that look for a text. */
const READERS = ['startsWith', 'endsWith', 'includes', 'indexOf', 'split', 'get', 'find', 'of'];

/** Whether a text decides something, and is not one for people. */
function isCompared(node: ts.StringLiteral): boolean {
  const { parent } = node;
  if (ts.isCaseClause(parent)) return true;
  if (ts.isBinaryExpression(parent)) return EQUALITY.includes(parent.operatorToken.kind);
  if (ts.isVariableDeclaration(parent)) return true;
  return ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression) && READERS.includes(parent.expression.name.text);
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}
