// ts-morph, loaded as the CommonJS module that it is: importing it makes Node search TypeScript's ten megabytes for the
// names of their exports, which takes as long as loading them.
import { createRequire } from "node:module";
import type * as TsMorph from "ts-morph";
import type { ts as Ts } from "ts-morph";

const tsMorph = createRequire(import.meta.url)("ts-morph") as typeof TsMorph;

export const Project: typeof TsMorph.Project = tsMorph.Project;
export const IndentationText: typeof TsMorph.IndentationText = tsMorph.IndentationText;
export const Scope: typeof TsMorph.Scope = tsMorph.Scope;
export const StructureKind: typeof TsMorph.StructureKind = tsMorph.StructureKind;

/** The compiler's own interface. */
export const ts: typeof Ts = tsMorph.ts;

// eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to have its types under the same name
export declare namespace ts {
  export type AccessorDeclaration = Ts.AccessorDeclaration;
  export type ArrayLiteralExpression = Ts.ArrayLiteralExpression;
  export type ArrowFunction = Ts.ArrowFunction;
  export type BinaryExpression = Ts.BinaryExpression;
  export type BindingName = Ts.BindingName;
  export type Block = Ts.Block;
  export type CallExpression = Ts.CallExpression;
  export type ClassDeclaration = Ts.ClassDeclaration;
  export type ClassElement = Ts.ClassElement;
  export type CompilerOptions = Ts.CompilerOptions;
  export type ConditionalExpression = Ts.ConditionalExpression;
  export type ConstructorDeclaration = Ts.ConstructorDeclaration;
  export type CreateSourceFileOptions = Ts.CreateSourceFileOptions;
  export type Diagnostic = Ts.Diagnostic;
  export type DiagnosticWithLocation = Ts.DiagnosticWithLocation;
  export type Expression = Ts.Expression;
  export type ExpressionStatement = Ts.ExpressionStatement;
  export type ForStatement = Ts.ForStatement;
  export type HasModifiers = Ts.HasModifiers;
  export type Identifier = Ts.Identifier;
  export type IfStatement = Ts.IfStatement;
  export type MethodDeclaration = Ts.MethodDeclaration;
  export type NewExpression = Ts.NewExpression;
  export type Node = Ts.Node;
  export type NodeFlags = Ts.NodeFlags;
  export type NumericLiteral = Ts.NumericLiteral;
  export type ObjectLiteralElementLike = Ts.ObjectLiteralElementLike;
  export type ObjectLiteralExpression = Ts.ObjectLiteralExpression;
  export type ParameterDeclaration = Ts.ParameterDeclaration;
  export type PrefixUnaryExpression = Ts.PrefixUnaryExpression;
  export type PropertyAccessExpression = Ts.PropertyAccessExpression;
  export type PropertyDeclaration = Ts.PropertyDeclaration;
  export type PropertyName = Ts.PropertyName;
  export type ReturnStatement = Ts.ReturnStatement;
  export type SignatureDeclaration = Ts.SignatureDeclaration;
  export type SourceFile = Ts.SourceFile;
  export type SyntaxKind = Ts.SyntaxKind;
  export type Statement = Ts.Statement;
  export type SwitchStatement = Ts.SwitchStatement;
  export type TypeAliasDeclaration = Ts.TypeAliasDeclaration;
  export type TypeElement = Ts.TypeElement;
  export type TypeNode = Ts.TypeNode;
  export type VariableDeclaration = Ts.VariableDeclaration;
  export type VariableStatement = Ts.VariableStatement;
}
