/** What an id belongs to, told by the first digits of the id. */
const PREFIX = {
  workspace: '00000001',
  object: '00000002',
  attribute: '00000003',
  choice: '00000004',
  member: '00000005',
  app: '00000006',
  people: 'a1000000',
  companies: 'a2000000',
  deals: 'a3000000',
} as const

/** Attio's ids are UUIDs; these are the same at every start: `idOf('people', 1)` is a1000000-…-000000000001. */
export const idOf = (kind: keyof typeof PREFIX, key: number): string =>
  `${PREFIX[kind]}-0000-4000-8000-${String(key).padStart(12, '0')}`

export const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)

export const WORKSPACE = idOf('workspace', 1)

/** When the workspace and all that describes it was made. */
export const BORN = '2024-11-01T09:00:00.000000000Z'
