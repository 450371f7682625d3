import type { LiveConnection } from '../store/index.ts'
import type { Backend } from './backend.ts'
import { direct } from './direct.ts'
import { nango } from './nango.ts'

const backends: Readonly<Record<LiveConnection['integration']['backend']['type'], Backend>> = { direct, nango }

/** Who carries out the requests of a connection's integration. */
export const backendOf = ({ integration }: LiveConnection): Backend => backends[integration.backend.type]
