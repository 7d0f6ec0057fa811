/**
 * A tenant's id is the product's own: 1 to 128 of these characters, all of them safe in a path and a search attribute.
 * Not `.` and `..`: every client takes them out of a path, escaped or not, so nothing of such a tenant could be reached.
 */
export const tenantIdPattern = /^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$/;
