import type { RecordServices } from '../../records/resolve.ts'
import type { Store } from '../../store/index.ts'

/** What of the store running an action needs. */
export interface ActionStore extends Pick<Store, 'lookup'> {
  readonly integrations: {
    find(
      environment: string,
      uniqueKey: string,
    ): Promise<{ readonly unique_key: string; readonly provider: string } | undefined>
  }
  readonly connections: Pick<Store['connections'], 'setMetadata'>
  readonly variables: Pick<Store['variables'], 'list'>
  readonly logs: Pick<Store['logs'], 'add'>
}

/** What running an action needs of the process. */
export interface ActionServices extends RecordServices {
  readonly store: ActionStore
}
