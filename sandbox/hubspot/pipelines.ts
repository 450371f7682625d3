import { Hono } from 'hono'
import { notFound } from './errors.ts'
import { readType } from './types.ts'

const BORN = '2024-11-01T09:00:00Z'

/** In the order of `Deal.stage` in sandbox/people.ts: four open, then won, then lost. */
export const stages = [
  { id: 'appointmentscheduled', label: 'Appointment Scheduled', probability: '0.2', isClosed: 'false' },
  { id: 'qualifiedtobuy', label: 'Qualified To Buy', probability: '0.4', isClosed: 'false' },
  { id: 'presentationscheduled', label: 'Presentation Scheduled', probability: '0.6', isClosed: 'false' },
  { id: 'contractsent', label: 'Contract Sent', probability: '0.9', isClosed: 'false' },
  { id: 'closedwon', label: 'Closed Won', probability: '1.0', isClosed: 'true' },
  { id: 'closedlost', label: 'Closed Lost', probability: '0.0', isClosed: 'true' },
] as const

/** specs/hubspot/crm-pipelines.v3.json#/components/schemas/Pipeline */
const pipeline = {
  id: 'default',
  label: 'Sales Pipeline',
  displayOrder: 0,
  createdAt: BORN,
  updatedAt: BORN,
  archived: false,
  stages: stages.map(({ id, label, probability, isClosed }, displayOrder) => ({
    id,
    label,
    displayOrder,
    metadata: { isClosed, probability },
    createdAt: BORN,
    updatedAt: BORN,
    archived: false,
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
  })),
}

const pipelinesOf = (type: string) => (readType(type) === 'deals' ? [pipeline] : [])
const pipelineOf = (type: string, id: string) => pipelinesOf(type).find(found => found.id === id) ?? notFound()

/** `GET /crm/v3/pipelines/{objectType}`, one pipeline and its stages: specs/hubspot/crm-pipelines.v3.json#/paths */
export function pipelines(): Hono {
  return new Hono()
    .get('/:type', c => c.json({ results: pipelinesOf(c.req.param('type')) }))
    .get('/:type/:id', c => c.json(pipelineOf(c.req.param('type'), c.req.param('id'))))
    .get('/:type/:id/stages', c => c.json({ results: pipelineOf(c.req.param('type'), c.req.param('id')).stages }))
}
