export type { Backend, SendHow } from './backend.ts'
export { backendOf } from './backend-of.ts'
export {
  type BackendServices,
  type CallContext,
  type Caller,
  type CallLog,
  createCallLog,
  hadEffect,
  type ResolvedConnection,
} from './call-context.ts'
export { beginCall, logCall, nameOf } from './call-log.ts'
export { basePathOf, hostsOf, originOf, placeholdersOf } from './origin.ts'
export { sendJson } from './send.ts'
