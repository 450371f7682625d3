// What providers call our models and fields: the words by which a specification is searched, the likeliest first.

/** A name without its spelling: `firstName`, `first_name` and `First-Name` are one. */
export const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

const both = (words: string): string[] =>
  words.split(' ').flatMap(word => [word, word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`])

/** Words that mean the model, and words that may mean it where there is no other. */
interface ModelWords {
  readonly strong: readonly string[]
  readonly weak: readonly string[]
}
const MODELS: Readonly<Record<string, ModelWords>> = {
  contacts: { strong: ['people', ...both('contact person')], weak: both('customer user client') },
  companies: { strong: both('company organization organisation'), weak: both('account lead') },
  deals: { strong: both('deal opportunity'), weak: both('lead') },
  tickets: { strong: both('ticket issue'), weak: both('case task request') },
  invoices: { strong: both('invoice'), weak: [] },
}
/** The words of a model; of one without words of its own, its names. */
export const wordsOf = ({ name, singular }: { name: string; singular: string }): ModelWords =>
  MODELS[name] ?? { strong: [plain(name), plain(singular)], weak: [] }

const CREATED = 'createdat created createdon createdtime timecreated createddate datecreated creationdate createdate'
const CREATED_MORE = 'addtime addedat insertedat createddatetime createddateutc createtime'
const UPDATED =
  'updatedat updated updatedon updatedtime updateddate dateupdated updatetime modifiedat modified modifiedon'
const UPDATED_MORE = 'modifiedtime modifieddate datemodified lastmodifieddate lastmodifiedat lastmodified lastupdated'
const UPDATED_LEAST = 'lastupdatedat updateddateutc updateddatetime changedat changed lastupdatedtime'

const SHARED: Readonly<Record<string, string>> = {
  id: 'id gid uuid uid recordid',
  name: 'name fullname displayname namefull namedisplayname',
  owner_id:
    'ownerid owneruserid owner assigneduserid assignedto assignedtoid userid responsibleid responsibleuserid accountmanagerid salesrepid',
  description: 'description notes note about background comments details',
  tags: 'tags labels tagnames tagslist tagsdata',
  custom_fields: 'customfields customattributes customproperties customfieldvalues additionalfields fields metadata',
  created_at: `${CREATED} ${CREATED_MORE}`,
  updated_at: `${UPDATED} ${UPDATED_MORE} ${UPDATED_LEAST}`,
  company_id: 'companyid organizationid organisationid orgid accountid primarycompanyid parentcustomerid leadid',
  contact_id: 'contactid personid primarycontactid primarycontact person contact customerid customer',
  currency: 'currency currencycode valuecurrency currencyisocode currencyid',
  due_date: 'duedate dueon dueat dueby due',
}
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  contacts: {
    first_name: 'firstname givenname forename namefirst namefirstname namegiven',
    last_name: 'lastname familyname surname namelast namelastname namefamily',
    title: 'jobtitle title position jobrole designation',
    department: 'department dept departmentname',
    company_name: 'companyname organizationname organisationname orgname accountname company organization leadname',
    birthday: 'birthday birthdate dateofbirth dob',
  },
  companies: {
    name: 'name companyname organizationname displayname title legalname',
    domain: 'domain domainname primarydomain companydomain emaildomain',
    industry: 'industry industryname sector',
    employee_count: 'employeecount numberofemployees numemployees employees headcount companysize size',
    annual_revenue: 'annualrevenue revenue yearlyrevenue',
    parent_id: 'parentid parentaccountid parentcompanyid parentorganizationid parent',
  },
  deals: {
    name: 'name title dealname opportunityname subject',
    amount: 'amount value dealvalue totalamount total price estimatedvalue',
    status: 'status statustype state dealstatus statecode',
    probability: 'probability confidence winprobability closeprobability likelihood',
    stage_id: 'stageid dealstageid stage dealstage stagename statusid',
    pipeline_id: 'pipelineid dealpipelineid pipeline',
    close_date: 'closedate closingdate expectedclosedate estimatedclosedate expectedcloseon closedat datewon',
    lost_reason: 'lostreason lossreason reasonlost closedlostreason reasonforloss',
  },
  tickets: {
    number: 'number ticketnumber key identifier reference ticketid',
    title: 'title subject name summary',
    description: 'description body content details descriptiontext text notes',
    type: 'type tickettype issuetype typename issuetypename category',
    status: 'status state ticketstate',
    priority: 'priority priorityname urgency',
    assignee_id: 'assigneelogin assigneeid assignee assigneduserid responderid agentid adminassigneeid ownerid',
    creator_id:
      'creatorid createdbyid createdby creator requesterid reporterid reporter submitterid authorid userlogin',
    collection_id: 'projectid project collectionid boardid teamid groupid repositoryid',
    url: 'htmlurl weburl permalinkurl permalink link url',
    completed_at: 'completedat closedat resolvedat solvedat finishedat completedon closedon resolutiondate',
  },
  invoices: {
    number: 'number invoicenumber docnumber invoiceno',
    customer_id: 'customerid customer customerrefvalue contactid contactcontactid clientid',
    customer_name: 'customername contactname customerrefname clientname',
    status: 'status state invoicestatus',
    issue_date: 'issuedate invoicedate date txndate issuedon issuedat datestring',
    sub_total: 'subtotal subtotalamount totalexcludingtax amountexcludingtax',
    total_tax: 'totaltax taxamount taxtotal tax txntaxdetailtotaltax',
    total: 'total totalamount amounttotal totalamt amount',
    balance: 'balance amountremaining amountdue balancedue remainingamount dueamount',
    memo: 'memo note notes customermemo customermemovalue description message',
  },
}
/** The words for a field of a model that is one value, the likeliest first. */
export function fieldWords(model: string, field: string): string[] {
  const own = OWN[model]?.[field] ?? SHARED[field]
  return own === undefined ? [plain(field)] : own.split(' ')
}

/** Words of theirs for our options, where the two differ. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'deals.status': { open: 'open active new inprogress pending', won: 'won closedwon', lost: 'lost closedlost' },
  'tickets.status': {
    open: 'open new todo backlog reopened unstarted submitted',
    in_progress: 'inprogress pending hold onhold started active waiting',
    closed: 'closed solved done resolved completed canceled cancelled',
  },
  'tickets.priority': {
    low: 'low lowest minor',
    normal: 'normal medium moderate',
    high: 'high major',
    urgent: 'urgent critical highest blocker',
  },
  'invoices.status': {
    draft: 'draft',
    open: 'open sent authorised submitted unpaid overdue pending',
    paid: 'paid',
    void: 'void voided deleted cancelled canceled',
    uncollectible: 'uncollectible writtenoff',
  },
  emails: { work: 'work business office company', personal: 'personal home private', other: 'other' },
  phone_numbers: {
    work: 'work business office direct company main',
    mobile: 'mobile cell cellular',
    home: 'home personal',
    fax: 'fax workfax',
    other: 'other',
  },
  addresses: {
    mailing: 'mailing postal home pobox',
    billing: 'billing invoice',
    shipping: 'shipping delivery street',
    other: 'other',
  },
  websites: { work: 'work company website url', linkedin: 'linkedin', twitter: 'twitter', other: 'other' },
}
/** Theirs for each of our options: of `tickets.status`, or of the types of a list. */
export const optionWords = (of: string): Readonly<Record<string, string>> | undefined => OPTIONS[of]
