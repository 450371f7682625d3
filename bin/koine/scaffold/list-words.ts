// What providers call the elements of our lists and their members, the likeliest first.

/** Words that a list of ours may have for its elements and their members at a provider. */
export interface ListWords {
  /** A list of theirs. */
  readonly lists: string
  /** An object of theirs that is one element; with the type that it then has. */
  readonly objects?: Readonly<Record<string, string>>
  /** Single values of theirs, each with the type of its element. */
  readonly values?: Readonly<Record<string, string>>
  readonly members: Readonly<Record<string, string>>
}
const TYPE = 'type label kind typename addresstype phonetype category'
export const LISTS: Readonly<Record<string, ListWords>> = {
  emails: {
    lists: 'emails emailaddresses emailaddress',
    values: {
      'email emailaddress primaryemail primaryemailaddress mail email1 emailaddress1': '',
      'workemail businessemail': 'work',
      'personalemail homeemail privateemail': 'personal',
    },
    members: { email: 'email value address emailaddress mail', type: TYPE },
  },
  phone_numbers: {
    lists: 'phonenumbers phones telephones',
    values: {
      'phone phonenumber primaryphone telephone tel telephone1 mainphone phone1': '',
      'workphone businessphone officephone workphonenumber': 'work',
      'mobile mobilephone mobilenumber mobilephonenumber cellphone cell cellnumber': 'mobile',
      'homephone homephonenumber': 'home',
      'fax faxnumber': 'fax',
    },
    members: { number: 'number value phone phonenumber originalphonenumber', type: TYPE },
  },
  addresses: {
    lists: 'addresses postaladdresses',
    objects: {
      'address postaladdress primaryaddress location primarylocation': '',
      'mailingaddress homeaddress': 'mailing',
      'billingaddress billingaddr': 'billing',
      'shippingaddress shippingaddr': 'shipping',
    },
    members: {
      street_1: 'street1 street streetaddress address1 addressline1 line1 address1line1 line streetline1 address route',
      street_2: 'street2 address2 addressline2 line2 address1line2 streetline2 subpremise',
      city: 'city locality town address1city',
      state:
        'state region province stateprovince county adminarealevel1 countrysubdivisioncode address1stateorprovince',
      postal_code: 'postalcode zip zipcode postcode address1postalcode',
      country: 'country countrycode countryname address1country',
      type: TYPE,
    },
  },
  websites: {
    lists: 'websites urls links weburls',
    values: {
      'website websiteurl web homepage siteurl': '',
      'linkedin linkedinurl linkedinprofile linkedincompanypage': 'linkedin',
      'twitter twitterurl twitterhandle twitterusername': 'twitter',
    },
    members: { url: 'url value address href link', type: TYPE },
  },
  line_items: {
    lists: 'lineitems lines items invoicelines invoiceitems linesdata',
    members: {
      id: 'id lineid lineitemid',
      description: 'description name title memo',
      quantity: 'quantity qty units count salesitemlinedetailqty',
      unit_price: 'unitprice unitamount price rate salesitemlinedetailunitprice',
      amount: 'amount lineamount total linetotal subtotal',
      item_id: 'itemid itemcode productid product salesitemlinedetailitemrefvalue',
    },
  },
}
