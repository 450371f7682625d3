import { models } from '../../models/index.ts'
import type { App, HttpServices } from '../context.ts'
import { batchRoutes } from './batch-routes.ts'
import { readRoutes } from './read-routes.ts'
import { writeRoutes } from './write-routes.ts'

/** The unified routes, five, batches and the list of fields for each model of the table. */
export function recordRoutes(app: App, services: HttpServices): void {
  for (const model of Object.values(models)) {
    readRoutes(app, services, model)
    writeRoutes(app, services, model)
    batchRoutes(app, services, model)
  }
}
