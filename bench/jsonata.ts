import jsonata from 'jsonata'

/** What `contactOf` makes of each record, as one expression over the page. An absent value leaves its member out. */
const PAGE = `{
  "data": [results.(
    $p := properties;
    $phones := [
      $p.phone ? { "number": $p.phone },
      $p.mobilephone ? { "number": $p.mobilephone, "type": "mobile" },
      $p.fax ? { "number": $p.fax, "type": "fax" }
    ];
    $address := {
      "street_1": $p.address ? $p.address,
      "city": $p.city ? $p.city,
      "state": $p.state ? $p.state,
      "postal_code": $p.zip ? $p.zip,
      "country": $p.country ? $p.country
    };
    {
      "id": id,
      "first_name": $p.firstname ? $p.firstname,
      "last_name": $p.lastname ? $p.lastname,
      "name": $p.firstname or $p.lastname ? $join([$p.firstname, $p.lastname][$], " "),
      "title": $p.jobtitle ? $p.jobtitle,
      "emails": $p.email ? [{ "email": $p.email }],
      "phone_numbers": $count($phones) > 0 ? $phones,
      "addresses": $count($keys($address)) > 0 ? [$address],
      "company_id": $p.associatedcompanyid ? $p.associatedcompanyid,
      "company_name": $p.company ? $p.company,
      "owner_id": $p.hubspot_owner_id ? $p.hubspot_owner_id,
      "websites": $p.website ? [{ "url": $p.website }],
      "created_at": createdAt,
      "updated_at": updatedAt
    }
  )],
  "next_cursor": null,
  "warnings": []
}`

const expression = jsonata(PAGE)

/** Maps a page of HubSpot's contacts with JSONata, as a gateway of expressions would. */
export const jsonataPage = (body: unknown): Promise<unknown> => expression.evaluate(body)
