import { parseArgs } from 'node:util'
import { type Command, CommandFault } from './command.ts'
import { openStorage } from './gateway.ts'

/** Seals all that is stored under the first master key, and binds it to what decides where it is sent. */
export const reseal: Command = {
  usage: 'reseal',
  about:
    'Seals everything in the storage under the first key of KOINE_MASTER_KEY, and binds secrets to their addresses.',
  more: [
    '',
    'It may run beside the gateway, be ended at any time, and be run again: what is sealed already is left as it is.',
    'What a row holds when it is bound for the first time is taken as right, so look at `base_url` of your',
    'integrations before. Ends with 1 where a row was refused: it does not open, or somebody altered it.',
  ],
  async run(args) {
    parseArgs({ args: [...args], options: {}, allowPositionals: false })
    const opened = openStorage(entry => console.error(JSON.stringify(entry)))
    if (!opened)
      throw new CommandFault('There is no storage yet: KOINE_DATA names the directory of a gateway that has run.')
    const { store } = opened
    try {
      if (!(await store.ready()))
        throw new CommandFault('The storage is of an earlier version: start the gateway once, which brings it up.')
      const counts = await store.reseal()
      for (const [table, { sealed, kept, refused }] of Object.entries(counts))
        console.log(`${table}: ${sealed} sealed anew, ${kept} left as they were, ${refused} refused`)
      return Object.values(counts).some(({ refused }) => refused > 0) ? 1 : 0
    } finally {
      store.close()
    }
  },
}
