// The format of mapping files, once: the checker, the generated JSON Schemas, and `docs/mapping.md` are made from it.

export * from './backend-action.ts'
export * from './batch-request.ts'
export * from './clauses.ts'
export * from './condition.ts'
export * from './describe-request.ts'
export * from './dialect.ts'
export * from './failures.ts'
export * from './list-page.ts'
export * from './model-file.ts'
export * from './provider-file.ts'
export * from './requests.ts'
export * from './rows.ts'
