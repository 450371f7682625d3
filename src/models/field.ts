/** The type of a value of a unified field: `instant` is RFC 3339 in UTC, `date` is YYYY-MM-DD, the others are JSON's. */
export type Scalar = 'text' | 'number' | 'instant' | 'date' | 'boolean'

interface Common {
  /** What it is, with its unit; the description in the OpenAPI document. */
  readonly description: string
  readonly example: unknown
  /** Set by the provider, never written by a caller. */
  readonly readOnly?: true
}
export interface ScalarField extends Common {
  readonly type: Scalar
  /** All values that it may have. Another value of a provider is read as `other`, and stands in `<field>_raw`. */
  readonly options?: readonly string[]
  /** The smallest and the largest number that a caller may send. */
  readonly range?: readonly [number, number]
}
export interface ListField extends Common {
  /** A list of texts. */
  readonly type: 'list'
}
export interface MapField extends Common {
  /** Any values by name. */
  readonly type: 'map'
}
export interface RowsField extends Common {
  readonly type: 'rows'
  /** The members of each element, in order. Where there are three or fewer, an element that is written must have the first. */
  readonly members: Readonly<Record<string, Common & { readonly type: Scalar }>>
}
export type Field = ScalarField | ListField | MapField | RowsField

export interface Model {
  /** Plural, as in the path: `contacts`. */
  readonly name: string
  /** Singular, as in the names of actions: `contact`. */
  readonly singular: string
  readonly description: string
  readonly fields: Readonly<Record<string, Field>>
  /** Filter → the field whose type its value has. A filter `…_after` also finds records of that very moment. */
  readonly filters: Readonly<Record<string, string>>
  readonly sorts: readonly string[]
}

/** A field of text. */
export const text = (description: string, example: string): ScalarField => ({ type: 'text', description, example })
/** A field that is a number, in `range` where one is given. */
export const number = (description: string, example: number, range?: readonly [number, number]): ScalarField => ({
  type: 'number',
  description,
  example,
  ...(range && { range }),
})
/** A field that is a day. */
export const date = (description: string, example: string): ScalarField => ({ type: 'date', description, example })
/** A field that is a moment. */
export const instant = (description: string, example: string): ScalarField => ({
  type: 'instant',
  description,
  example,
})
/** A field that has one of some values. */
export const oneOf = (description: string, options: readonly string[]): ScalarField => ({
  type: 'text',
  description,
  options,
  example: options[0],
})
/** A field that the provider sets, and no caller. */
export const readOnly = (field: ScalarField): ScalarField => ({ ...field, readOnly: true })

const id = readOnly(text('The provider’s id of the record, always a string.', '1001'))
const member = (description: string, example: string) => ({ type: 'text', description, example }) as const

/** Fields that several models have. */
export const shared = {
  id,
  created_at: readOnly(instant('When the provider made the record (RFC 3339, UTC).', '2026-01-05T09:30:00.000Z')),
  updated_at: readOnly(
    instant('When the record was last changed at the provider (RFC 3339, UTC).', '2026-03-01T12:00:00.000Z'),
  ),
  owner_id: text('Id of the provider’s user who owns the record.', '71'),
  description: text('Free text about the record.', 'Met at the spring fair.'),
  tags: { type: 'list', description: 'Labels by name.', example: ['newsletter'] },
  custom_fields: {
    type: 'map',
    description: 'The customer’s own fields, by the names that the mapping or `field_mappings` gives them.',
    example: { tier: 'gold' },
  },
  emails: {
    type: 'rows',
    description: 'Email addresses, the primary one first.',
    example: [{ email: 'ada@example.com', type: 'work' }],
    members: {
      email: member('The address.', 'ada@example.com'),
      type: member('Kind of address: `work`, `personal`, `other`.', 'work'),
    },
  },
  phone_numbers: {
    type: 'rows',
    description: 'Phone numbers as the provider writes them, the primary one first.',
    example: [{ number: '+44 20 7946 0000', type: 'work' }],
    members: {
      number: member('The number.', '+44 20 7946 0000'),
      type: member('Kind of number: `work`, `mobile`, `home`, `fax`, `other`.', 'work'),
    },
  },
  addresses: {
    type: 'rows',
    description: 'Postal addresses.',
    example: [{ street_1: '12 St James’s Square', city: 'London', postal_code: 'SW1Y 4JU', country: 'United Kingdom' }],
    members: {
      street_1: member('First line.', '12 St James’s Square'),
      street_2: member('Further lines.', 'Flat 2'),
      city: member('City.', 'London'),
      state: member('State, province or region.', 'Greater London'),
      postal_code: member('Postal code.', 'SW1Y 4JU'),
      country: member('Country as the provider writes it.', 'United Kingdom'),
      type: member('Kind of address: `mailing`, `billing`, `shipping`, `other`.', 'mailing'),
    },
  },
  websites: {
    type: 'rows',
    description: 'Addresses on the web.',
    example: [{ url: 'https://example.com', type: 'work' }],
    members: {
      url: member('The address.', 'https://example.com'),
      type: member('Kind of site: `work`, `linkedin`, `twitter`, `other`.', 'work'),
    },
  },
} as const satisfies Record<string, Field>
