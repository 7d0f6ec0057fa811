import type { Catalog } from '../catalog.js';
import { types } from './types.js';

/** What the service tells its product: operational events, sent in any general format to the operational endpoints. */
export const catalog: Catalog = {
  name: 'everhook',
  title: 'Operational events',
  description:
    'What becomes of endpoints and deliveries, told to the product itself: made by the service alone, for operational endpoints',
  types,
  formats: {},
};
