import { Hono } from 'hono'
import type { Json } from './errors.ts'
import type { Field, FieldType } from './field.ts'
import { type ObjectName, objectNames, objects } from './objects.ts'
import { rootOf } from './queries.ts'
import { readType } from './sobjects.ts'

const SOAP: Partial<Record<FieldType, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
}
/** Digits in all, and of them after the point. */
const NUMBERS: Partial<Record<FieldType, { precision: number; scale: number }>> = {
  double: { precision: 18, scale: 2 },
  currency: { precision: 18, scale: 2 },
  percent: { precision: 3, scale: 0 },
}

const option = (value: string) => ({ active: true, defaultValue: false, label: value, validFor: null, value })

/** specs/salesforce/platform-rest.json#/components/schemas/Field9 */
function describeField(field: Field): Json {
  const { name, label, type, length, createable, updateable, nillable, custom, filterable, sortable } = field
  const { options, restricted, defaultedOnCreate, referenceTo, relationship } = field
  return {
    aggregatable: filterable,
    aiPredictionField: false,
    autoNumber: false,
    byteLength: length * (type === 'id' || type === 'reference' ? 1 : 3),
    calculated: false,
    calculatedFormula: null,
    cascadeDelete: false,
    caseSensitive: false,
    compoundFieldName: null,
    controllerName: null,
    createable,
    custom,
    defaultValue: type === 'boolean' ? false : null,
    defaultValueFormula: null,
    defaultedOnCreate,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: type === 'int' ? 8 : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: false,
    extraTypeInfo: type === 'textarea' ? 'plaintextarea' : null,
    filterable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: filterable && !NUMBERS[type] && type !== 'datetime',
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: type === 'id' || type === 'email',
    inlineHelpText: null,
    label,
    length,
    mask: null,
    maskType: null,
    name,
    nameField: name === 'Name',
    namePointing: false,
    nillable,
    permissionable: nillable && (createable || updateable),
    picklistValues: options.map(option),
    polymorphicForeignKey: false,
    precision: 0,
    queryByDistance: false,
    referenceTargetField: null,
    referenceTo: referenceTo ? [referenceTo] : [],
    relationshipName: relationship ?? null,
    relationshipOrder: null,
    restrictedDelete: false,
    restrictedPicklist: restricted,
    scale: 0,
    searchPrefilterable: type === 'reference',
    soapType: SOAP[type] ?? 'xsd:string',
    sortable,
    type,
    unique: false,
    updateable,
    writeRequiresMasterRead: false,
    ...NUMBERS[type],
  }
}

const NAMED_URLS = ['describe', 'listviews', 'quickActions']
const LAYOUT_URLS = ['approvalLayouts', 'compactLayouts', 'layouts']
const PAGES = 'https://sandbox.my.salesforce.com'

function urlsOf(type: ObjectName, root: string): Record<string, string> {
  const sobject = `${root}/sobjects/${type}`
  return {
    rowTemplate: `${sobject}/{ID}`,
    sobject,
    ...Object.fromEntries(NAMED_URLS.map(name => [name, `${sobject}/${name}`])),
    ...Object.fromEntries(LAYOUT_URLS.map(name => [name, `${sobject}/describe/${name}`])),
  }
}

/** What an object can do, in the words of its recorded basic information. */
function about(type: ObjectName): Json {
  const { label, plural, prefix, writable } = objects[type]
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: writable,
    custom: false,
    customSetting: false,
    deepCloneable: false,
    deletable: writable,
    deprecatedAndHidden: false,
    feedEnabled: writable,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: prefix,
    label,
    labelPlural: plural,
    layoutable: true,
    mergeable: type === 'Account' || type === 'Contact',
    mruEnabled: true,
    name: type,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: true,
    triggerable: true,
    undeletable: writable,
    updateable: writable,
  }
}

const summary = (type: ObjectName, root: string): Json => ({ ...about(type), urls: urlsOf(type, root) })

/** specs/salesforce/platform-rest.json#/components/schemas/SObjectDescribe */
const describeObject = (type: ObjectName, root: string): Json => ({
  ...about(type),
  urls: {
    ...urlsOf(type, root),
    uiDetailTemplate: `${PAGES}/{ID}`,
    uiEditTemplate: `${PAGES}/{ID}/e`,
    uiNewRecord: `${PAGES}/${objects[type].prefix}/e`,
  },
  actionOverrides: [],
  childRelationships: [],
  compactLayoutable: true,
  defaultImplementation: null,
  extendedBy: null,
  extendsInterfaces: null,
  fields: objects[type].fields.map(describeField),
  implementedBy: null,
  implementsInterfaces: null,
  listviewable: null,
  lookupLayoutable: null,
  namedLayoutInfos: [],
  networkScopeFieldName: null,
  recordTypeInfos: [],
  searchLayoutable: true,
  sobjectDescribeOption: 'FULL',
  supportedScopes: [],
})

/** `GET /sobjects`, `/sobjects/{type}` and `/sobjects/{type}/describe`: what the account is made of. */
export function describes(): Hono {
  return new Hono({ strict: false })
    .get('/sobjects', c => {
      const sobjects = objectNames.map(type => summary(type, rootOf(c)))
      return c.json({ encoding: 'UTF-8', maxBatchSize: 200, sobjects })
    })
    .get('/sobjects/:type', c => c.json({ objectDescribe: summary(readType(c), rootOf(c)), recentItems: [] }))
    .get('/sobjects/:type/describe', c => c.json(describeObject(readType(c), rootOf(c))))
}
