/** Signs the batches of all imports. */
export const benchSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
