import { models } from '../../models/index.ts'
import type { App, HttpServices } from '../context.ts'
import { readRoutes } from './read-routes.ts'
import { writeRoutes } from './write-routes.ts'

/** The unified routes, five and the list of fields for each model of the table. */
export function recordRoutes(app: App, services: HttpServices): void {
  for (const model of Object.values(models)) {
    readRoutes(app, services, model)
    writeRoutes(app, services, model)
  }
}
