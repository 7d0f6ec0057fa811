export { createActivities } from './createActivities.js';
