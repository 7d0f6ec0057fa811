/** A tenant's id is the product's own: 1 to 128 of these characters, all of them safe in a path and a search attribute. */
export const tenantIdPattern = /^[A-Za-z0-9._:@-]{1,128}$/;
