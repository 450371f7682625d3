import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Walks through pages and notes what `on_page` is told.',
  input: z.undefined().or(z.object({})),
  output: z.array(z.object({ next: z.string().nullable(), status: z.number() })),
  exec: async nango => {
    const told: { next: string | null; status: number }[] = []
    const pages = nango.paginate({
      endpoint: '/by-cursor',
      paginate: {
        type: 'cursor',
        cursor_path_in_response: 'paging.next',
        cursor_name_in_request: 'after',
        response_path: 'result.rows',
        limit_name_in_request: 'size',
        limit: 2,
        on_page: ({ nextPageParam, response }) => {
          told.push({ next: nextPageParam === undefined ? null : String(nextPageParam), status: response.status })
        },
      },
    })
    for await (const _ of pages);
    return told
  },
})
