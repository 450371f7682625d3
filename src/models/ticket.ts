import { date, instant, type Model, oneOf, readOnly, shared, text } from './field.ts'

/** A piece of work that is tracked: an issue, a bug, a request of a customer. */
export const tickets: Model = {
  name: 'tickets',
  singular: 'ticket',
  description: 'Tickets (issues) in the customer’s tracker.',
  fields: {
    id: shared.id,
    number: readOnly(text('The number or key that people call it by.', '42')),
    title: text('Title of the ticket.', 'The export stops halfway'),
    description: text('What it is about, as the provider writes text (Markdown, or plain).', 'Seen with 2,000 rows.'),
    type: text('Kind of ticket, in the provider’s words.', 'Bug'),
    status: oneOf('Whether the ticket waits, is worked on, or is done.', ['open', 'in_progress', 'closed']),
    priority: oneOf('How urgent it is.', ['low', 'normal', 'high', 'urgent']),
    assignee_id: text('The provider’s id or name of the user who works on it.', 'ada'),
    creator_id: readOnly(text('The provider’s id or name of the user who made it.', 'charles')),
    collection_id: text('Id of the project, team or board that it belongs to.', '10000'),
    tags: shared.tags,
    due_date: date('Day on which it is to be done (YYYY-MM-DD).', '2026-09-30'),
    url: readOnly(text('Where people find it on the web.', 'https://tracker.example/tickets/42')),
    completed_at: readOnly(instant('When it was closed (RFC 3339, UTC).', '2026-03-02T16:45:00.000Z')),
    custom_fields: shared.custom_fields,
    created_at: shared.created_at,
    updated_at: shared.updated_at,
  },
  filters: {
    status: 'status',
    assignee_id: 'assignee_id',
    creator_id: 'creator_id',
    collection_id: 'collection_id',
    type: 'type',
    created_after: 'created_at',
    updated_after: 'updated_at',
  },
  sorts: ['created_at', 'updated_at', 'due_date'],
}
