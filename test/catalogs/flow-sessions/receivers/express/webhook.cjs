const express = require('express');
const router = express.Router();

router.post('/webhook', express.json(), async (req, res) => {
  try {
    const payload = req.body;
    const eventType = payload.event;
    const sessionId = payload.session_id;

    console.log(`Event ${eventType} received for flow session: ${sessionId}`);

    switch (eventType) {
      case 'flow.start':
        await handleFlowStart(payload);
        break;
      case 'flow.end':
        await handleFlowEnd(payload);
        break;
      case 'technology.start':
        await handleTechnologyStart(payload);
        break;
      case 'technology.end':
        await handleTechnologyEnd(payload);
        break;
    }

    res.status(200).send('OK');
  } catch (error) {
    console.error('Webhook processing error:', error);
    res.status(500).send('Internal server error');
  }
});

const handled =
  (handler) =>
  async ({ session_id, created, success, flow_name, metadata, data }) =>
    console.log(
      handler,
      session_id,
      new Date(created * 1000).toISOString(),
      success ? 'succeeded' : 'failed',
      flow_name.toUpperCase(),
      Object.keys(metadata).length,
      data.technology_code ?? Object.keys(data).length,
    );
const handleFlowStart = handled('handleFlowStart');
const handleFlowEnd = handled('handleFlowEnd');
const handleTechnologyStart = handled('handleTechnologyStart');
const handleTechnologyEnd = handled('handleTechnologyEnd');

module.exports = router;
