import type { Model } from '../../src/models/index.ts'

const of = (type: 'text' | 'number' | 'instant' | 'date' | 'boolean') =>
  ({ type, description: 'For the laws.', example: null }) as const

/**
 * A model that no provider serves: fields of the kinds that the published models never write (instants, booleans,
 * numbers inside elements), so that the laws reach every type of the format.
 */
export const visits: Model = {
  name: 'visits',
  singular: 'visit',
  description: 'For the laws.',
  fields: {
    id: { ...of('text'), readOnly: true },
    subject: of('text'),
    body: of('text'),
    starts_at: of('instant'),
    ends_at: of('instant'),
    day: of('instant'),
    seen_at: of('instant'),
    noted_at: of('instant'),
    due: of('date'),
    paid: of('date'),
    born: of('date'),
    is_open: of('boolean'),
    price: of('number'),
    share: of('number'),
    score: of('number'),
    room: of('text'),
    state: { ...of('text'), options: ['planned', 'held'] },
    tags: { type: 'list', description: 'For the laws.', example: [] },
    labels: { type: 'list', description: 'For the laws.', example: [] },
    lines: {
      type: 'rows',
      description: 'For the laws.',
      example: [],
      members: { title: of('text'), amount: of('number'), on: of('date'), type: of('text') },
    },
    custom_fields: { type: 'map', description: 'For the laws.', example: {} },
    updated_at: { ...of('instant'), readOnly: true },
  },
  filters: { subject: 'subject', updated_after: 'updated_at' },
  sorts: ['updated_at'],
}
