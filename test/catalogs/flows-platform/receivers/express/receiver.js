import express from 'express';

// The code of docs/receiving.md, copied beside the receiver.
const { verify } = await import(process.env.VERIFY_MODULE);

const app = express();

app.post('/webhook', express.raw({ type: '*/*' }), (req, res) => {
  try {
    verify(process.env.WEBHOOK_SECRET, req.headers, req.body);
  } catch (error) {
    console.log(`refused: ${error.message}`);
    res.sendStatus(401);
    return;
  }
  const event = JSON.parse(req.body);
  const { operationType, entityKey, entityId, organizationId, data } = event;
  const seen = new Date(event.eventTimestamp).toISOString();
  if (entityKey === 'flows/comments') {
    const { content, parentCommentRef, replies, softRemoved } = data.value.properties;
    const before = data.oldValue === null ? 'new' : data.oldValue.properties.content;
    const mask = data.updateMask === null ? 'none' : data.updateMask.join();
    const parent = parentCommentRef === null ? 'top' : parentCommentRef.length;
    console.log(
      `comment ${operationType} ${before} -> ${content} ${mask} ${parent} ${replies.length} ${softRemoved} ${event.entityComments.length}`,
    );
  } else {
    const before = 'oldValue' in data ? data.oldValue.properties.name : 'new';
    const mask = 'updateMask' in data ? data.updateMask.join() : 'none';
    console.log(
      `entity ${entityId} ${operationType} of ${organizationId} at ${seen} ${before} -> ${data.value.properties.name} ${mask}`,
    );
  }
  res.sendStatus(204);
});

app.listen(Number(process.env.PORT), '127.0.0.1');
