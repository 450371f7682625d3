// The format of mapping files, once: the checker, the emitted JSON Schemas, and `docs/mapping.md` are made from it.
export * from './schema/describe.ts'
export * from './schema/model.ts'
export * from './schema/provider.ts'
export * from './schema/request.ts'
export * from './schema/row.ts'
export * from './schema/via.ts'
