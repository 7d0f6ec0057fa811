/** What requests to receivers say of their sender; the version is that of package.json (a test compares them). */
export const userAgent = 'Everhook/0.1.0';
