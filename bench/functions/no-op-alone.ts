import noOp from './no-op.ts'

/** Does nothing, and needs no connection for it. */
export default { ...noOp, auth: 'none' as const }
