import { date, type Model, number, oneOf, readOnly, shared, text } from './field.ts'

/** A bill that the customer sends to one of their own customers. */
export const invoices: Model = {
  name: 'invoices',
  singular: 'invoice',
  description: 'Invoices that the customer sends to their own customers.',
  fields: {
    id: shared.id,
    number: text('The number that stands on the invoice.', 'INV-0042'),
    customer_id: text('Id of the one who is to pay it: a contact or a company, as the provider has it.', '1001'),
    customer_name: readOnly(text('Name of the one who is to pay it.', 'Ada Lovelace')),
    status: oneOf('How far the invoice is.', ['draft', 'open', 'paid', 'void', 'uncollectible']),
    currency: text('ISO 4217 code of the currency of every amount in it.', 'EUR'),
    issue_date: date('Day on which it was issued (YYYY-MM-DD).', '2026-03-01'),
    due_date: date('Day by which it is to be paid (YYYY-MM-DD).', '2026-03-31'),
    sub_total: readOnly(number('Sum of the lines before tax, in units of `currency`.', 250)),
    total_tax: readOnly(number('Tax, in units of `currency`.', 50)),
    total: readOnly(number('Sum with tax, in units of `currency`.', 300)),
    balance: readOnly(number('What is still to be paid, in units of `currency`.', 300)),
    memo: text('Text on the invoice for the one who pays it.', 'Thank you for your order.'),
    line_items: {
      type: 'rows',
      description: 'What the invoice is for, line by line.',
      example: [{ description: 'Consulting', quantity: 2, unit_price: 125, amount: 250 }],
      members: {
        id: { type: 'text', description: 'The provider’s id of the line.', example: '1' },
        description: { type: 'text', description: 'What the line is for.', example: 'Consulting' },
        quantity: { type: 'number', description: 'How many.', example: 2 },
        unit_price: { type: 'number', description: 'Price of one, in units of `currency`.', example: 125 },
        amount: { type: 'number', description: 'Price of the whole line, in units of `currency`.', example: 250 },
        item_id: { type: 'text', description: 'Id of the product or service sold.', example: '77' },
      },
    },
    custom_fields: shared.custom_fields,
    created_at: shared.created_at,
    updated_at: shared.updated_at,
  },
  filters: {
    customer_id: 'customer_id',
    status: 'status',
    due_after: 'due_date',
    created_after: 'created_at',
    updated_after: 'updated_at',
  },
  sorts: ['created_at', 'updated_at', 'due_date', 'issue_date'],
}
