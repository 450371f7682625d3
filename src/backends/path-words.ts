// Words that paths of providers' interfaces are made of. Any other segment could be somebody's name.
const WORDS = new Set(
  `about access account action activity address admin agent api archive article asset assignee association attachment
  attribute audit auth balance batch bill billing board body bulk call campaign cancel card cart case catalog category
  change channel charge check client close code collection column comment commit company complete composite config
  connection contact content contract copy count country coupon create credit crm currency current custom customer data
  deal default delete deleted department describe description detail device discount document domain download draft
  email employee engagement entity entry environment estimate event expense export favorite feed field file filter find
  folder follower form graph graphql group health help history home hook id identity image import inbox index info input
  inquiry insight install integration inventory invitation invoice issue item job json key label language lead ledger
  limit line link list location lock log login logout mail manager me media meeting member membership merge message meta
  metadata metric milestone model module my name note notification number oauth object offer open opportunity option
  order org organization organisation output owner package page participant partner password path patch pay payment
  payout people permission person phone photo picture ping pipeline plan policy portal post preference preview price
  pricing primary private product profile project property proposal provider public publish pull purchase query question
  queue quote rate reaction read receipt record recurring refresh refund region relation relationship release remove
  renew reply repo report repository request resource response rest restore result review role route row rpc rule run
  sale sales schedule schema scope search secret section segment self send sequence service session setting settings
  share ship shipping site sku sobject source space stage start state statement stats status step stock stop store
  stream structure subject submission submit subscription subtask suite summary support survey switch sync system table
  tag target task tax team template tenant term test text thread ticket time timeline title token tool topic tracking
  transaction transfer transition trash trigger type unit update upload url usage user v valid value variable variant vendor
  verify version view visitor void vote wallet watcher web webhook website widget window work worker workflow workspace
  zone`.split(/\s+/),
)
const isWord = (part: string): boolean =>
  WORDS.has(part) || WORDS.has(part.replace(/s$/, '')) || WORDS.has(part.replace(/ies$/, 'y'))

/** Whether a segment of a path is made of such words: `contacts`, `line_items`, `organizationFields`, `query.json`. */
export const isPathWord = (segment: string): boolean =>
  segment.length <= 60 &&
  segment
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]/)
    .every(isWord)
