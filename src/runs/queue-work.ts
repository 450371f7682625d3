import type { RunServices } from './carry-out.ts'
import type { Completion } from './completion.ts'

/** What carrying out the queues of one database takes: that of a Node process, or of an object at the edge. */
export interface QueueWork {
  readonly services: RunServices
  readonly completion: Completion
}
