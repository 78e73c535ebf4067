import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from '../../../../test/docs/documents.ts'
import type { PublicName } from './public-names.ts'

/** Functions that throw for a wrong option. */
const CHECKS = /^(check[A-Z]\w*|ownOptions)$/

/** Whether the code of a function, method or constructor has a `throw`, or calls a check of options, outside of functions in it. */
export function throws({ reflection }: PublicName): boolean {
  return (reflection.sources ?? []).some(({ fileName, line }) =>
    bodiesAt(sourceFile(fileName), line).some((body) => hasThrow(body)),
  )
}

const sourceFiles = new Map<string, ts.SourceFile>()

function sourceFile(path: string): ts.SourceFile {
  const known = sourceFiles.get(path)
  if (known !== undefined) return known
  const text = readFileSync(join(ROOT, path), 'utf8')
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  sourceFiles.set(path, file)
  return file
}

/** The bodies of functions at a line. */
function bodiesAt(file: ts.SourceFile, line: number): readonly ts.Node[] {
  const bodies: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const at = (node.name ?? node).getStart()
      if (file.getLineAndCharacterOfPosition(at).line === line - 1) bodies.push(node.body as ts.Node)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return bodies
}

function hasThrow(node: ts.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false
  if (ts.isThrowStatement(node)) return true
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && CHECKS.test(node.expression.text)) return true
  return ts.forEachChild(node, hasThrow) ?? false
}
