import { createRequire } from 'node:module';
import type * as TypeScript from 'typescript';

/** The TypeScript inside tslab. */
const typescript = (): typeof TypeScript =>
  createRequire(require.resolve('tslab/package.json'))('@tslab/typescript-for-tslab');

/** Whether code waits for something outside of its functions: `await`, or `for await`. */
export function awaitsAtTop(code: string): boolean {
  const ts = typescript();
  const waits = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    return ts.forEachChild(node, waits) ?? false;
  };
  // Only in a module is the word `await` no name of a function: `await (f)()` were a call otherwise.
  return waits(ts.createSourceFile('cell.js', `${code}\nexport {};`, ts.ScriptTarget.Latest));
}

/**
 * Where the function is named inside whose brackets a position lies: `occlusion` for `occlusion(network, |`.
 * @returns an offset in the code, or null
 */
export function calledAround(code: string, position: number): number | null {
  const ts = typescript();
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest, true);
  let callee: number | null = null;
  const look = (node: TypeScript.Node): void => {
    // A bracket that is not closed yet goes on to the next sign.
    if (position < node.getFullStart() || code.slice(node.end, position).trim() !== '') return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const { expression } = node;
      const open = code.indexOf('(', node.typeArguments?.end ?? expression.end);
      const isClosed = code[node.end - 1] === ')';
      const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
      if (open >= 0 && position > open && (!isClosed || position < node.end)) callee = name.getStart(file);
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return callee;
}
