import { companies } from './company.ts'
import { contacts } from './contact.ts'
import { deals } from './deal.ts'
import type { Model } from './field.ts'
import { invoices } from './invoice.ts'
import { tickets } from './ticket.ts'

export type { Field, Model, RowsField, Scalar, ScalarField } from './field.ts'

/** Every model by its name; each is served at `/{name}`. */
export const models: Readonly<Record<string, Model>> = { contacts, companies, deals, tickets, invoices }

/** Names that no model may have, since other routes begin with them. */
export const reserved: readonly string[] =
  'connections integrations providers runs sessions environments environment action proxy connect coverage logs docs health ready problems mcp scripts'.split(
    ' ',
  )
