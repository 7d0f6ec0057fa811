// Calls the code of the page on each case, and prints whether it took the request.
import { readFileSync } from 'node:fs';
import { isSigned } from './isSigned.mjs';
import { verify } from './verify.mjs';

const takes = ({ key, headers, body }) => {
  const bytes = Buffer.from(body, 'base64');
  if (key.startsWith('whpk_')) return isSigned(key, headers, bytes);
  try {
    verify(key, headers, bytes);
    return true;
  } catch {
    return false;
  }
};
console.log(JSON.stringify(JSON.parse(readFileSync('cases.json', 'utf8')).map(takes)));
