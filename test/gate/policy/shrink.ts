/** Makes a case that two evaluators differ on as small as it can be, so that it tells what they differ on. */
import type { PolicyDocument, Statement } from '../../../src/gate/world/policy-document';
import type { Case } from './generated-cases';

/** The smallest case that `differs` still holds for. */
export async function shrink(given: Case, differs: (smaller: Case) => Promise<boolean>): Promise<Case> {
  for (const smaller of smallerCases(given)) if (await differs(smaller)) return shrink(smaller, differs);
  return given;
}

function* smallerCases(given: Case): Generator<Case> {
  for (const part of ['boundary', 'session', 'endpoint', 'resourcePolicy'] as const) {
    const { [part]: document, ...others } = given;
    if (document === undefined) continue;
    if (part !== 'resourcePolicy' || (given.caller && given.action !== 'sts:AssumeRole')) yield others;
    for (const smaller of smallerDocuments(document)) yield { ...given, [part]: smaller };
  }
  for (const identity of smallerLists(given.identity)) yield { ...given, identity };
  for (const [i, level] of given.controls.entries()) {
    yield { ...given, controls: given.controls.filter((_, j) => i !== j) };
    for (const policies of smallerLists(level))
      if (policies.length > 0) yield { ...given, controls: replaced(given.controls, i, policies) };
  }
  for (const key of Object.keys(given.context)) {
    const { [key]: _, ...context } = given.context;
    yield { ...given, context };
  }
}

function* smallerLists(documents: readonly PolicyDocument[]): Generator<PolicyDocument[]> {
  for (const [i, document] of documents.entries()) {
    yield documents.filter((_, j) => i !== j);
    for (const smaller of smallerDocuments(document)) yield replaced(documents, i, smaller);
  }
}

function* smallerDocuments(document: PolicyDocument): Generator<PolicyDocument> {
  const statements = document.Statement as Statement[];
  for (const [i, statement] of statements.entries()) {
    if (statements.length > 1) yield { ...document, Statement: statements.filter((_, j) => i !== j) };
    for (const smaller of smallerStatements(statement))
      yield { ...document, Statement: replaced(statements, i, smaller) };
  }
}

function* smallerStatements(statement: Statement): Generator<Statement> {
  for (const part of ['Action', 'NotAction', 'Resource', 'NotResource'] as const) {
    const values = statement[part];
    if (!Array.isArray(values) || values.length < 2) continue;
    for (const [i] of values.entries()) yield { ...statement, [part]: values.filter((_, j) => i !== j) };
  }
  const { Condition = {}, ...others } = statement;
  for (const [operator, block] of Object.entries(Condition)) {
    const { [operator]: _, ...rest } = Condition;
    yield Object.keys(rest).length > 0 ? { ...others, Condition: rest } : others;
    for (const [key, values] of Object.entries(block)) {
      const { [key]: __, ...keys } = block;
      if (Object.keys(keys).length > 0) yield { ...others, Condition: { ...Condition, [operator]: keys } };
      if (!Array.isArray(values) || values.length < 2) continue;
      for (const [i] of values.entries()) {
        const fewer = values.filter((_, j) => i !== j);
        yield { ...others, Condition: { ...Condition, [operator]: { ...block, [key]: fewer } } };
      }
    }
  }
}

const replaced = <T>(list: readonly T[], index: number, value: T): T[] =>
  list.map((before, i) => (i === index ? value : before));
