import { createAction } from 'nango'
import { z } from 'zod'

const input = z.strictObject({
  title: z.string().trim().min(1).describe('Title of the issue.'),
  body: z.string().optional().describe('What it is about, in Markdown.'),
  labels: z
    .array(z.string().min(1))
    .max(100)
    .optional()
    .describe('Labels by name; a name that is new becomes a label.'),
  assignees: z.array(z.string().min(1)).max(10).optional().describe('Logins of those who work on it.'),
  milestone: z.int().min(1).optional().describe('Number of the milestone that it belongs to.'),
  owner: z.string().min(1).optional().describe('Owner of another repository than the connection’s.'),
  repo: z.string().min(1).optional().describe('Name of another repository than the connection’s.'),
})

/** GitHub’s own record: what is named here is always there, the rest is as GitHub has it. */
const output = z.looseObject({
  id: z.number(),
  number: z.number(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  html_url: z.string(),
  labels: z.array(z.unknown()),
  assignees: z.array(z.unknown()).nullish(),
  created_at: z.string(),
  updated_at: z.string(),
})

/** A segment of the path, from the input or the connection. */
function segmentOf(given: string | undefined, kept: unknown): string | undefined {
  const name = given ?? (typeof kept === 'string' && kept !== '' ? kept : undefined)
  return name === undefined || /^\.{1,2}$/.test(name) ? undefined : encodeURIComponent(name)
}

/**
 * Makes an issue in the connection's repository, with all that an issue has and a ticket has not: several assignees and
 * a milestone. It answers the issue as GitHub has it; `create-ticket` is the same in the one schema.
 *
 * Without push access to the repository GitHub drops labels, assignees and milestone without a word: compare the answer.
 */
export default createAction({
  description: 'Makes an issue with labels, assignees and a milestone; answers it as GitHub has it.',
  version: '1.0.0',
  input,
  output,
  scopes: ['repo'],
  exec: async (nango, { owner: givenOwner, repo: givenRepo, ...issue }) => {
    const { connection_config } = await nango.getConnection()
    const owner = segmentOf(givenOwner, connection_config.owner)
    const repo = segmentOf(givenRepo, connection_config.repo)
    if (owner === undefined || repo === undefined)
      throw new nango.ActionError({ message: 'Name a repository: the connection has none.', input: ['owner', 'repo'] })
    const { data } = await nango.post<z.infer<typeof output>>({
      endpoint: `/repos/${owner}/${repo}/issues`,
      data: issue,
    })
    return data
  },
})
