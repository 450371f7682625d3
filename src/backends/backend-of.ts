import type { OpenedConnection } from '../store/index.ts'
import type { Backend } from './backend.ts'
import { direct } from './direct.ts'
import { nango } from './nango.ts'

const backends: Readonly<Record<OpenedConnection['integration']['backend']['type'], Backend>> = { direct, nango }

/** The backend of a connection's integration. */
export const backendOf = ({ integration }: OpenedConnection): Backend => backends[integration.backend.type]
