import { ts } from "./ts-morph.js";

/** The names a module refers to: what a comment mentions, or what is only called the same, needs no import. */
export function usedNames(source: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, (child) => {
      if (!isMemberName(node, child)) visit(child);
    });
  };
  visit(source);
  return names;
}

/** `x` in `this.x`, `{ x: 1 }`, `get x() {}` refers to nothing by itself. */
function isMemberName(parent: ts.Node, child: ts.Node): boolean {
  const named =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isAccessor(parent);
  return named && parent.name === child;
}
